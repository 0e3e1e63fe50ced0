import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  QualificationCategoryGrantedV1,
  QualificationCategoryWithdrawnV1,
} from '@meistras/contracts/events/accreditation/qualification-category';
import { ReachedReads } from '@meistras/platform/database/reach';
import type { Reach } from '@meistras/platform/database/reach';
import { Registers } from '../src/register/registers.js';
import type { RegisterStaffPostDto } from '../src/staff/staff-posts.dto.js';
import {
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  forTeaching,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';

let serial = 0;

describe('teachers and staff', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  let [own, other] = ['', ''];
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await client().post('/institutions', anInstitution()).expect(201)).body.id),
    );
  });

  function aPost(facts: Partial<RegisterStaffPostDto> = {}): RegisterStaffPostDto {
    serial += 1;
    return {
      ...{ givenName: `Learner-${serial}`, familyName: `Example-${serial}` },
      ...(facts.personalCode === undefined ? { birthOn: '1980-05-14', sex: 'F' } : {}),
      ...{ institutionId: own, position: 'Profesijos mokytojas', fullTimeShare: 0.75, subjects: ['Testavimas'] },
      ...facts,
    };
  }
  const register = async (facts: Partial<RegisterStaffPostDto> = {}) =>
    (await client().post('/staff-posts', aPost(facts)).expect(201)).body;
  const recordsOf = async (subject: string): Promise<string[]> => {
    const text = 'SELECT operation, purpose FROM access_record WHERE subject_id = $1 ORDER BY id';
    const rows: { operation: string; purpose: string }[] = await everyRow(api, (tx) => tx.query(text, [subject]));
    return rows.map(({ operation, purpose }) => `${operation} ${purpose}`);
  };

  it('is exported with its persons, to a school its own, and every person shown leaves a record', async () => {
    const [mine, foreign] = [await register(), await register({ institutionId: other })];
    const exporter = { ...registrar, scopes: ['registers.staff-exports:read'] };
    const lines = async (who: typeof registrar) => {
      const { text } = await api.as(who).get('/staff-posts/export', forTeaching).expect(200);
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { id: string; givenName: string });
    };
    await api.as(registrar).get('/staff-posts/export', forTeaching).expect(403);
    const all = await lines(exporter);
    expect(all.map(({ id }) => id)).toEqual(expect.arrayContaining([mine.id, foreign.id]));
    const { givenName, familyName, birthOn, sex } = (
      await client().get(`/staff-members/${mine.staffMemberId}`).expect(200)
    ).body;
    expect(all.find(({ id }) => id === mine.id)).toEqual({ ...mine, givenName, familyName, birthOn, sex });
    expect(await recordsOf(mine.staffMemberId)).toEqual(['getStaffMember UNSTATED']);
    const [{ persons }] = await api.db.query('SELECT persons FROM bulk_access ORDER BY id DESC LIMIT 1');
    expect(persons).toBe(new Set(all.map((each) => (each as unknown as { staffMemberId: string }).staffMemberId)).size);
    const ofSchool = await lines({ ...school(own), scopes: exporter.scopes });
    expect(ofSchool.map(({ id }) => id)).toContain(mine.id);
    expect(ofSchool.map(({ id }) => id)).not.toContain(foreign.id);
    expect(await recordsOf(mine.staffMemberId)).toEqual(['getStaffMember UNSTATED', 'exportStaffPosts TEACHING']);
    expect(await recordsOf(foreign.staffMemberId)).toEqual([]);
  });

  it('a school registers a post with its person; the event names neither', async () => {
    const stated = aPost({ personalCode: aPersonalCode(), isMainPosition: true });
    const { body: post } = await api.as(school(own)).post('/staff-posts', stated).expect(201);
    const { position, fullTimeShare, subjects, institutionId } = stated;
    const facts = { position, fullTimeShare, subjects, institutionId, isMainPosition: true };
    expect(post).toMatchObject({ ...facts, state: 'ACTIVE', version: 1, validFrom: '2026-01-10' });
    const { body: member } = await api.as(school(own)).get(`/staff-members/${post.staffMemberId}`).expect(200);
    expect(member).toMatchObject({ givenName: stated.givenName, familyName: stated.familyName, posts: [post] });
    expect(member).toMatchObject({ birthOn: '2009-05-14', sex: 'M', possiblyForeign: false, version: 1 });
    expect(member).not.toHaveProperty('personalCode');
    const [event] = (await api.events('registers.staff-post')).filter(({ key }) => key === post.id);
    expect(event).toMatchObject({
      type: 'registers.staff-post.started.v1',
      payload: { staffMemberId: post.staffMemberId, institutionId: own, fullTimeShareHundredths: 75, state: 'ACTIVE' },
    });
    expect(JSON.stringify(event)).not.toContain(stated.familyName);
    expect(await recordsOf(post.staffMemberId)).toEqual(['getStaffMember UNSTATED']);
  });

  it('R-REG-30: the personal code is sealed for its row, and shown to who may see it and says what for', async () => {
    const personalCode = aPersonalCode();
    const { staffMemberId: id } = await register({ personalCode });
    const [row]: { personal_code_sealed: Buffer }[] = await everyRow(api, (tx) =>
      tx.query('SELECT * FROM staff_member WHERE id = $1', [id]),
    );
    expect(row?.personal_code_sealed.toString('latin1')).not.toContain(personalCode);
    const path = `/staff-members/${id}`;
    expect((await api.as(trusted).get(path, forTeaching).expect(200)).body.personalCode).toBe(personalCode);
    expect((await api.as(trusted).get(path).expect(200)).body).not.toHaveProperty('personalCode');
    expect((await client().get(path, forTeaching).expect(200)).body).not.toHaveProperty('personalCode');
  });

  it('R-REG-29: a known personal code gives the same person a further post, and nobody else', async () => {
    const personalCode = aPersonalCode();
    const first = aPost({ personalCode });
    const { body: post } = await client().post('/staff-posts', first).expect(201);
    const elsewhere = { ...first, institutionId: other, fullTimeShare: 0.5 };
    const { body: second } = await api.as(school(other)).post('/staff-posts', elsewhere).expect(201);
    expect(second.staffMemberId).toBe(post.staffMemberId);
    const { body: refused } = await api
      .as(school(other))
      .post('/staff-posts', { ...elsewhere, familyName: 'Kita', position: 'Kita' })
      .expect(409);
    expect(refused.type).toMatch(/:staff-person-differs$/);
    expect(JSON.stringify(refused)).not.toContain(first.familyName);
    await client().post('/staff-posts', first).expect(409);
    expect(await recordsOf(post.staffMemberId)).toEqual(['registerStaffPost UNSTATED']);
    const seen = async (as = registrar): Promise<string[]> => {
      const { body } = await api.as(as).get(`/staff-members/${post.staffMemberId}`).expect(200);
      return body.posts.map(({ id }: { id: string }) => id);
    };
    expect(await seen()).toEqual([post.id, second.id]);
    expect(await seen(school(other))).toEqual([second.id]);
  });

  it.each<[string, Partial<RegisterStaffPostDto>, string[]]>([
    ['no share', { fullTimeShare: 0 }, ['/fullTimeShare OUTSIDE_LIMITS']],
    ['more than one and a half', { fullTimeShare: 1.51 }, ['/fullTimeShare OUTSIDE_LIMITS']],
    ['an unknown institution', { institutionId: randomUUID() }, ['/institutionId UNKNOWN']],
    ['a wrong personal code', { personalCode: '50905149903' }, ['/personalCode INVALID_CHECKSUM']],
    ['a birth date to come', { birthOn: '2026-01-11' }, ['/birthOn IN_FUTURE']],
  ])('a post with %s is refused, and nobody is stored', async (_, facts, faults) => {
    const stated = aPost(facts);
    expect(faultsOf((await client().post('/staff-posts', stated).expect(422)).body)).toEqual(faults);
    const { body } = await client().get(`/staff-members?familyName=${stated.familyName}`).expect(200);
    expect(body.items).toEqual([]);
  });

  it('a school sees and writes its own staff alone; a foreign person is as one who does not exist', async () => {
    const mine = await register();
    const foreign = await register({ institutionId: other });
    const as = api.as(school(own));
    const { body: page } = await as.get('/staff-members?limit=500', forTeaching).expect(200);
    const ids = page.items.map(({ id }: { id: string }) => id);
    expect(ids).toContain(mine.staffMemberId);
    expect(ids).not.toContain(foreign.staffMemberId);
    expect(await recordsOf(mine.staffMemberId)).toEqual(['listStaffMembers TEACHING']);
    expect(await recordsOf(foreign.staffMemberId)).toEqual([]);
    const path = `/staff-members/${foreign.staffMemberId}`;
    const person = { givenName: 'Kita', familyName: 'Kita', birthOn: '1980-05-14', sex: 'F' };
    const match = { 'if-match': '"7"' };
    const development = { institutionId: own, heldOn: '2026-01-05', hours: 6, title: 'Kursai' };
    await as.get(path).expect(404);
    await as.put(path, person, match).expect(404);
    await as.post(`${path}/development`, development).expect(404);
    await as.put(`/staff-posts/${foreign.id}`, { fullTimeShare: 1 }, match).expect(404);
    await as.put(`/staff-posts/${foreign.id}/end`, { validFrom: '2026-02-01' }, match).expect(404);
    await as.post('/staff-posts', aPost({ institutionId: other })).expect(404);
    await as.get(`/staff-members?institutionId=${other}`).expect(404);
    const { body: feed } = await as.get('/staff-posts/changes?limit=500').expect(200);
    const institutions = feed.items.map(({ state }: { state: { institutionId: string } }) => state.institutionId);
    expect(new Set(institutions)).toEqual(new Set([own]));
  });

  it('the database alone hides whom a reach does not include', async () => {
    const { staffMemberId } = await register();
    const statement = { name: 'every-staff-member', text: 'SELECT id FROM staff_member' };
    const sees = async (reach: Reach): Promise<boolean> => {
      const rows = await api.app.get(ReachedReads).rows<{ id: string }>(reach, statement, []);
      return rows.some(({ id }) => id === staffMemberId);
    };
    expect([await sees([own]), await sees(null)]).toEqual([true, true]);
    expect([await sees([other]), await sees([])]).toEqual([false, false]);
    expect(await api.db.query('SELECT id FROM staff_member')).toEqual([]);
  });

  it('a post changes with two times and ends by itself on its day; then the school sees the person no more', async () => {
    const post = await register({ validFrom: '2025-09-01' });
    const as = api.as(school(own));
    const path = `/staff-posts/${post.id}`;
    const { body: changed } = await as.put(path, { fullTimeShare: 1 }, { 'if-match': '"1"' }).expect(200);
    expect(changed).toMatchObject({ version: 2, fullTimeShare: 1, subjects: [], position: post.position });
    const before = { 'if-none-match': '"1"', ...forTeaching };
    const { body: member } = await as.get(`/staff-members/${post.staffMemberId}`, before).expect(200);
    expect(member).toMatchObject({ version: 1, posts: [{ fullTimeShare: 1, version: 2 }] });
    const { body: history } = await as.get(`${path}/history`, forTeaching).expect(200);
    expect(history.items[0].changes).toEqual([
      { property: 'fullTimeShare', before: 0.75, after: 1 },
      { property: 'subjects', before: ['Testavimas'], after: [] },
    ]);
    await api.as(school(other)).get(`${path}/history`).expect(404);
    expect(await recordsOf(post.staffMemberId)).toEqual(['getStaffMember TEACHING', 'getStaffPostHistory TEACHING']);
    await as.put(path, { fullTimeShare: 0.8, validFrom: '2025-10-01' }, { 'if-match': '"2"' }).expect(422);
    await as.put(path, { fullTimeShare: 1 }, { 'if-match': '"1"' }).expect(412);
    await as.put(`${path}/end`, { validFrom: '2026-02-01' }, { 'if-match': '"2"' }).expect(200);
    await as.get(`/staff-members/${post.staffMemberId}`).expect(200);
    api.clock.set('2026-02-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    await as.get(`/staff-members/${post.staffMemberId}`).expect(404);
    const { body } = await client().get(`/staff-members/${post.staffMemberId}`).expect(200);
    expect(body.posts).toMatchObject([{ id: post.id, state: 'ENDED', validFrom: '2026-02-01' }]);
    await client().put(`${path}/end`, { validFrom: '2026-02-01' }, { 'if-match': '"4"' }).expect(409);
    const events = (await api.events('registers.staff-post')).filter(({ key }) => key === post.id);
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      ...['registers.staff-post.started.v1 1', 'registers.staff-post.changed.v1 2'],
      ...['registers.staff-post.changed.v1 3', 'registers.staff-post.ended.v1 4'],
    ]);
  });

  it('facts of the person are changed by whoever reaches them; a held personal code nationally alone', async () => {
    const { staffMemberId: id } = await register();
    const as = api.as(school(own));
    const facts = { givenName: 'Learner-07', familyName: 'Example-07', personalCode: aPersonalCode() };
    const { body } = await as.put(`/staff-members/${id}`, facts, { 'if-match': '"1"' }).expect(200);
    expect(body).toMatchObject({
      version: 2,
      familyName: 'Example-07',
      possiblyForeign: false,
      posts: [{ state: 'ACTIVE' }],
    });
    const another = { ...facts, personalCode: aPersonalCode() };
    await as.put(`/staff-members/${id}`, another, { 'if-match': '"2"' }).expect(403);
    await client().put(`/staff-members/${id}`, another, { 'if-match': '"2"' }).expect(200);
    expect(await recordsOf(id)).toEqual([...['changeStaffMember UNSTATED', 'changeStaffMember UNSTATED']]);
  });

  it('the category follows accreditation, and development is summed up by year (R-ACC-46, R-ACC-54)', async () => {
    const { staffMemberId } = await register();
    const granted = {
      ...{ categoryId: randomUUID(), version: 1, staffMemberId, category: 'SENIOR' as const, subject: 'Testavimas' },
      ...{ validFrom: '2025-06-15', actNumber: 'A-12' },
    };
    await api.consume(QualificationCategoryGrantedV1, granted);
    for (const [heldOn, hours] of [
      ['2025-11-01', 6],
      ['2026-01-05', 20],
      ['2026-01-09', 6],
    ] as const)
      await api
        .as(school(own))
        .post(`/staff-members/${staffMemberId}/development`, { institutionId: own, heldOn, hours, title: 'Kursai' })
        .expect(201);
    const { body: late } = await client()
      .post(`/staff-members/${staffMemberId}/development`, {
        ...{ institutionId: own, heldOn: '2026-01-11', hours: 6, title: 'Kursai' },
      })
      .expect(422);
    expect(faultsOf(late)).toEqual(['/heldOn IN_FUTURE']);
    const read = async () => (await client().get(`/staff-members/${staffMemberId}`).expect(200)).body;
    const category = { category: 'SENIOR', subject: 'Testavimas', validFrom: '2025-06-15', actNumber: 'A-12' };
    expect(await read()).toMatchObject({
      categories: [category],
      development: [
        { year: 2025, hours: 6, days: 1 },
        { year: 2026, hours: 26, days: 4.33 },
      ],
    });
    const withdrawn = { ...granted, version: 2, validTo: '2026-01-10', actNumber: 'A-13' };
    await api.consume(QualificationCategoryWithdrawnV1, withdrawn);
    expect((await read()).categories).toEqual([{ ...category, validTo: '2026-01-10', actNumber: 'A-13' }]);
  });
});
