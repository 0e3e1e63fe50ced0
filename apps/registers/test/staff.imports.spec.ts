import { beforeEach, describe, expect, it } from '@jest/globals';
import { StaffMember } from '../src/staff/staff-member.entity.js';
import { StaffPost } from '../src/staff/staff-post.entity.js';
import { anInstitution, aPersonalCode, everyRow, forTeaching, registrar, startRegisters, trusted } from './builders.js';
import { importFile, reportOf } from './imports.js';

let serial = 0;

describe('import of staff posts', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  const school = async (): Promise<{ id: string; code: string }> =>
    (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body;
  function aRow(facts: object = {}): object {
    serial += 1;
    const person = 'personalCode' in facts ? {} : { birthOn: '1980-05-14', sex: 'F' };
    const names = { givenName: `Vardas-${serial}`, familyName: `Mokytoja-${serial}` };
    return { ...names, ...person, position: 'Mokytoja', fullTimeShare: 0.5, ...facts };
  }
  const stored = (institutionId: string): Promise<StaffPost[]> =>
    everyRow(api, (tx) => tx.find(StaffPost, { where: { institutionId }, order: { id: 'ASC' } }));
  const eventsOf = async (id: string): Promise<string[]> =>
    (await api.events('registers.staff-post')).filter(({ key }) => key === id).map(({ type }) => type.split('.')[2]!);

  it('registers posts with their persons from a table, and changes nothing the second time', async () => {
    const { id, code } = await school();
    const personalCode = aPersonalCode();
    const at = { institutionScheme: 'JAR', institutionCode: code };
    const rows = [
      aRow({ personalCode, ...at, isMainPosition: 'true', birthOn: '', sex: '' }),
      aRow({ personalCode: '', ...at, isMainPosition: '', birthOn: '1980-05-14', sex: 'F' }),
    ];
    expect(await importFile(api, 'staff-posts', rows)).toMatchObject({ state: 'DONE', created: 2, failed: 0 });
    const [coded, plain, ...others] = await stored(id);
    expect(others).toEqual([]);
    expect(coded).toMatchObject({ isMainPosition: true, fullTimeShare: 0.5, subjects: [], provider: 'test-client' });
    expect(plain).toMatchObject({ isMainPosition: false });
    expect(await eventsOf(coded!.id)).toEqual(['started']);
    const member = await everyRow(api, (tx) => tx.findOneByOrFail(StaffMember, { id: coded!.staffMemberId }));
    expect(JSON.stringify(member)).not.toContain(personalCode);
    const { body } = await api.as(trusted).get(`/staff-members/${member.id}`, forTeaching).expect(200);
    expect(body).toMatchObject({ personalCode, posts: [{ id: coded!.id }] });
    expect(await importFile(api, 'staff-posts', [...rows, ...rows])).toMatchObject({ created: 0, unchanged: 4 });
    const changed = [{ ...rows[1], fullTimeShare: 1 }];
    expect(await importFile(api, 'staff-posts', changed)).toMatchObject({ updated: 1 });
    expect(await eventsOf(plain!.id)).toEqual(['started', 'changed']);
    expect(await everyRow(api, (tx) => tx.countBy(StaffMember, { id: plain!.staffMemberId }))).toBe(1);
  });

  it('makes one person of rows with one code, at two institutions too', async () => {
    const [one, two] = [await school(), await school()];
    const row = aRow({ personalCode: aPersonalCode() });
    const rows = [
      { ...row, institutionId: one.id },
      { ...row, institutionId: two.id, subjects: ['Suvirinimas'] },
      { ...row, institutionId: one.id, position: 'Pavaduotoja' },
    ];
    expect(await importFile(api, 'staff-posts', rows, 'application/x-ndjson')).toMatchObject({ created: 3 });
    const members = [...(await stored(one.id)), ...(await stored(two.id))].map(({ staffMemberId }) => staffMemberId);
    expect(new Set(members).size).toBe(1);
    expect(await stored(two.id)).toMatchObject([{ subjects: ['Suvirinimas'] }]);
  });

  it('leaves alone a post that has ended since, and begins it again from a later day', async () => {
    const { id: institutionId } = await school();
    const row = { ...aRow(), institutionId, validFrom: '2025-09-01' };
    const imported = (rows: object[]) => importFile(api, 'staff-posts', rows, 'application/x-ndjson');
    await imported([row]);
    const [post] = await stored(institutionId);
    const end = { validFrom: '2026-01-10' };
    await api.as(registrar).put(`/staff-posts/${post!.id}/end`, end, { 'if-match': '"1"' }).expect(200);
    expect(await imported([row])).toMatchObject({ created: 0, updated: 0, unchanged: 1 });
    expect(await imported([{ ...row, validFrom: '2026-02-01' }])).toMatchObject({ created: 1 });
    expect((await stored(institutionId)).map(({ state }) => state)).toEqual(['ENDED', 'ACTIVE']);
  });

  it('refuses rows one by one, and shows no personal code', async () => {
    const { id: institutionId } = await school();
    const personalCode = aPersonalCode();
    const rows = [
      aRow({ personalCode, institutionId }),
      aRow({ personalCode, institutionId }),
      aRow({ institutionId, fullTimeShare: 9 }),
      aRow({ institutionScheme: 'JAR', institutionCode: '188603092' }),
      aRow({ institutionId, birthOn: '2126-01-01' }),
      aRow(),
    ];
    const job = await importFile(api, 'staff-posts', rows, 'application/x-ndjson');
    expect(job).toMatchObject({ state: 'DONE', created: 1, failed: 5 });
    expect(Object.keys(await reportOf(api, job)).toSorted()).toEqual([
      '/birthOn IN_FUTURE',
      '/fullTimeShare OUTSIDE_LIMITS',
      '/institutionCode UNKNOWN',
      '/institutionId UNKNOWN',
      '/personalCode OTHER_PERSON',
    ]);
    const { text } = await api.as(registrar).get(`/imports/${job.id}/report`).expect(200);
    expect(text).not.toContain(personalCode);
    expect(await stored(institutionId)).toHaveLength(1);
  });
});
