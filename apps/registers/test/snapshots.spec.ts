import { createHash, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { aLearner, anEnrolment, anInstitution, aProgramme, faultsOf, registrar, statistician } from './builders.js';
import { startRegisters } from './builders.js';

describe('a snapshot of the registers', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  const created = async (path: string, body: object) => (await client().post(path, body).expect(201)).body;
  const take = async (facts: object = {}) => {
    const stated = { validOn: '2025-10-01', name: 'On 1 October 2025', legalBasis: 'V-1', ...facts };
    return (await api.as(statistician).post('/snapshots', stated).expect(201)).body;
  };
  const figuresOf = async (id: string, caller = statistician) =>
    (await api.as(caller).get(`/snapshots/${id}/figures?limit=500`).expect(200)).body.items;
  const aSchool = { scopes: statistician.scopes, institutions: [randomUUID()], clientId: 'school-system' };
  const place = { municipalityCode: 'LT-16', countyCode: 'LT-KU' };
  let [at, programmeId, programmeCode] = ['', '', ''];

  /** A learner with an entry from 1 September 2025 on. */
  async function enrolled(birthOn: string, facts: object = {}) {
    const home = { homeMunicipalityCode: 'LT-16', validFrom: '2025-09-01', reason: 'Entered late' };
    const { id: learnerId, version } = await created('/learners', aLearner({ birthOn, sex: 'F', ...home, ...facts }));
    const enrolment = { learnerId, institutionId: at, programmeId, programmeCode, startsOn: '2025-09-01' };
    const entry = anEnrolment(enrolment);
    await api.consume(EnrolmentStartedV1, entry);
    return { entry, learnerId, version };
  }

  beforeAll(async () => {
    api.clock.set('2025-11-20T10:00:00Z');
    const since = { validFrom: '2025-09-01', reason: 'Entered late' };
    at = (await created('/institutions', anInstitution({ type: 'VET', ...place, ...since }))).id;
    ({ id: programmeId, code: programmeCode } = await created('/programmes', aProgramme(since)));
    await created('/staff-posts', {
      ...{ givenName: 'Learner-90', familyName: 'Example-90', birthOn: '1980-05-14', sex: 'F', ...since },
      ...{ institutionId: at, position: '=Teacher', fullTimeShare: 1 },
    });
    for (const birthOn of ['2009-10-01', '2009-09-30', '2008-01-01', '2009-10-02']) await enrolled(birthOn);
  });

  const learners = (facts: object) => {
    const about = { register: 'LEARNER_ENTRIES', institutionId: at, programmeCode, fieldCode: '0613' };
    return { ...about, municipalityCode: 'LT-16', sex: 'F', ...facts };
  };

  it('counts entries by what held on the day, institutions and posts, and says who took it and for what', async () => {
    const snapshot = await take();
    expect(snapshot).toMatchObject({ validOn: '2025-10-01', takenBy: 'statistician', legalBasis: 'V-1', figures: 4 });
    expect(await figuresOf(snapshot.id)).toEqual([
      { register: 'INSTITUTIONS', institutionType: 'VET', municipalityCode: 'LT-16', value: 1 },
      learners({ ageGroup: 'Y16-17', value: 3 }),
      learners({ ageGroup: 'Y_LT16', value: 1 }), // 16 on the day after
      { register: 'STAFF_POSTS', institutionId: at, position: '=Teacher', value: 1 },
    ]);
    expect((await api.as(statistician).get(`/snapshots/${snapshot.id}`).expect(200)).body).toEqual(snapshot);
    expect((await api.as(statistician).get('/snapshots').expect(200)).body.items).toContainEqual(snapshot);
    const before = await take({ validOn: '2025-08-31' });
    expect(await figuresOf(before.id)).toEqual([]);
  });

  it('can be checked: the NDJSON of its figures has its SHA-256, the CSV is harmless to a spreadsheet', async () => {
    const { id, sha256 } = await take();
    const { text } = await api.as(statistician).get(`/snapshots/${id}/figures/export`).buffer(true).expect(200);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    ).toEqual(await figuresOf(id));
    expect(createHash('sha256').update(text).digest('hex')).toBe(sha256);
    const csv = await api.as(statistician).get(`/snapshots/${id}/figures/export?format=csv`).buffer(true).expect(200);
    expect(csv.text).toContain(`STAFF_POSTS,${at},,,,,,,'=Teacher,1`);
  });

  it('shows fewer than three persons to national clients alone', async () => {
    const { id } = await take();
    const shown = [
      expect.objectContaining({ register: 'INSTITUTIONS', value: 1 }),
      expect.objectContaining({ ageGroup: 'Y16-17', value: 3 }),
    ];
    expect(await figuresOf(id, aSchool)).toEqual(shown);
    const { text } = await api.as(aSchool).get(`/snapshots/${id}/figures/export`).buffer(true).expect(200);
    expect(
      text
        .trimEnd()
        .split('\n')
        .map((line: string) => JSON.parse(line)),
    ).toEqual(shown);
    const csv = await api.as(aSchool).get(`/snapshots/${id}/figures/export?format=csv`).buffer(true).expect(200);
    expect(csv.text.trimEnd().split('\n')).toHaveLength(1 + shown.length);
  });

  it('stays what it is when its day is corrected; the difference is told', async () => {
    const { entry, learnerId, version } = await enrolled('1990-05-14');
    const snapshot = await take();
    const frozen = await figuresOf(snapshot.id);
    const path = `/snapshots/${snapshot.id}/difference`;
    const same = await api.as(statistician).get(path).expect(200);
    expect(same.body).toMatchObject({ snapshotId: snapshot.id, validOn: '2025-10-01', items: [] });
    const stated = aLearner({
      birthOn: '1990-05-14',
      sex: 'F',
      homeMunicipalityCode: 'LT-57',
    });
    const move = (validFrom: string, read: number) =>
      client()
        .put(`/learners/${learnerId}`, { ...stated, validFrom, reason: 'Moved' }, { 'if-match': `"${read}"` })
        .expect(200);
    await move('2025-11-01', version);
    expect((await api.as(statistician).get(path).expect(200)).body.items).toEqual([]);
    await move('2025-09-20', Number(version) + 1);
    const [was, is] = ['LT-16', 'LT-57'].map((municipalityCode) => learners({ ageGroup: 'Y30-39', municipalityCode }));
    expect((await api.as(statistician).get(path).expect(200)).body.items).toEqual([
      { ...was, frozen: 1, now: 0 },
      { ...is, frozen: 0, now: 1 },
    ]);
    await api.consume(EnrolmentEndedV1, { ...entry, version: 2, state: 'TERMINATED', endedOn: '2025-09-30' });
    expect((await api.as(statistician).get(path).expect(200)).body.items).toEqual([{ ...was, frozen: 1, now: 0 }]);
    expect(await figuresOf(snapshot.id)).toEqual(frozen);
    await api.as(aSchool).get(path).expect(403);
  });

  it.each([
    `UPDATE snapshot SET name = 'x'`,
    'DELETE FROM snapshot',
    'UPDATE snapshot_figure SET value = 0',
    'DELETE FROM snapshot_figure',
  ])('can be changed by nobody in the service: %s', async (statement) => {
    await take();
    await expect(api.db.query(statement)).rejects.toThrow(/permission denied/);
  });

  it('is taken once however often it is asked for, and pages', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const stated = { validOn: '2025-10-01', name: 'Twice' };
    const ask = () => api.as(statistician).post('/snapshots', stated, key).expect(201);
    const answers = await Promise.all([ask(), ask(), ask()]);
    const ids = answers.map(({ body }) => body.id);
    expect(new Set(ids).size).toBe(1);
    expect(await api.db.query(`SELECT id FROM snapshot WHERE name = 'Twice'`)).toEqual([{ id: ids[0] }]);
    const path = `/snapshots/${ids[0]}/figures?register=LEARNER_ENTRIES&limit=1`;
    const first = (await api.as(statistician).get(path).expect(200)).body;
    const second = (await api.as(statistician).get(`${path}&after=${first.next}`).expect(200)).body;
    const all = (await figuresOf(ids[0])).filter(
      ({ register }: { register: string }) => register === 'LEARNER_ENTRIES',
    );
    expect([...first.items, ...second.items]).toEqual(all.slice(0, 2));
  });

  it('is of today or before, and taken nationally', async () => {
    const { body } = await api.as(statistician).post('/snapshots', { validOn: '2025-11-21', name: 'x' }).expect(422);
    expect(faultsOf(body)).toEqual(['/validOn IN_FUTURE']);
    await api.as(aSchool).post('/snapshots', { validOn: '2025-10-01', name: 'x' }).expect(403);
    await api.as(statistician).get(`/snapshots/${randomUUID()}/figures`).expect(404);
  });
});
