import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { asAdmin } from '@meistras/testing/test-database';
import {
  aLearner,
  anEnrolment,
  anInstitution,
  aPersonalCode,
  everyRow,
  forTeaching,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';

describe('the record of a read (T8)', () => {
  const api = startRegisters();
  let institutionId: string;

  beforeAll(async () => {
    institutionId = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id;
  });

  const aLearnerHere = async (facts = {}): Promise<string> =>
    (
      await api
        .as(registrar)
        .post('/learners', aLearner({ institutionId, ...facts }))
        .expect(201)
    ).body.id;
  const recordsOf = (subjectId: string): Promise<AccessRecord[]> =>
    everyRow(api, (tx) => tx.find(AccessRecord, { where: { subjectId }, order: { id: 'ASC' } }));
  const total = (): Promise<number> => everyRow(api, (tx) => tx.count(AccessRecord));
  const asOwner = async (sql: string): Promise<void> => {
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    await asAdmin((admin) => admin.query(sql), row?.name);
  };

  it('says who read, for whom, whom, what, why, by which request and when', async () => {
    const id = await aLearnerHere();
    expect(await recordsOf(id)).toEqual([]);
    const headers = { ...forTeaching, 'x-request-id': 'request-1', 'x-road-userid': 'LT38505051234' };
    await api.as(school(institutionId)).get(`/learners/${id}`, headers).expect(200);
    const [record, ...others] = await recordsOf(id);
    expect(others).toEqual([]);
    expect(record).toEqual({
      subjectId: id,
      id: expect.any(String),
      recordedAt: expect.any(Date),
      clientId: 'school-system',
      employee: expect.stringMatching(/^[\w-]{43}$/),
      institutions: [institutionId],
      municipalities: null,
      operation: 'getLearner',
      purpose: 'TEACHING',
      requestId: 'request-1',
    });
    await api.as(registrar).get(`/learners/${id}`).expect(200);
    expect((await recordsOf(id))[1]).toMatchObject({
      clientId: 'test-client',
      institutions: null,
      employee: null,
      purpose: 'UNSTATED',
    });
  });

  it('tells one employee from another, and names none', async () => {
    const id = await aLearnerHere();
    for (const user of ['LT38505051234', 'LT38505051234', 'LT48505051235'])
      await api.as(registrar).get(`/learners/${id}`, { 'x-road-userid': user }).expect(200);
    const [first, second, third] = (await recordsOf(id)).map(({ employee }) => employee);
    expect(first).toBe(second);
    expect(first).not.toBe(third);
  });

  it('is left for each of many reads that arrive together, by different clients', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => aLearnerHere()));
    const callers = [school(institutionId), registrar, { ...school(institutionId), clientId: 'another-system' }];
    const before = await total();
    await Promise.all(ids.flatMap((id) => callers.map((each) => api.as(each).get(`/learners/${id}`).expect(200))));
    expect(await total()).toBe(before + ids.length * callers.length);
    for (const id of ids)
      expect((await recordsOf(id)).map(({ clientId }) => clientId).sort()).toEqual([
        'another-system',
        'school-system',
        'test-client',
      ]);
  });

  it('is left for every person of a page, and for nobody beyond it', async () => {
    const familyName = `Sąrašas-${randomUUID()}`;
    const ids = [];
    for (let i = 0; i < 4; i += 1) ids.push(await aLearnerHere({ familyName }));
    const before = await total();
    const path = `/learners?familyName=${encodeURIComponent(familyName)}&limit=3`;
    const { body } = await api.as(school(institutionId)).get(path, forTeaching).expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 3));
    const records = await Promise.all(ids.map(recordsOf));
    expect(records.map((each) => each.map(({ operation }) => operation))).toEqual([
      ['listLearners'],
      ['listLearners'],
      ['listLearners'],
      [],
    ]);
    expect(await total()).toBe(before + 3);
  });

  it('is left by a match and by a change, which show a person too', async () => {
    const personalCode = aPersonalCode();
    const id = await aLearnerHere({ personalCode });
    await api.as(school(randomUUID())).post('/learners/match', { personalCode }).expect(200);
    await api
      .as(registrar)
      .put(`/learners/${id}`, { givenName: 'Kita', familyName: 'Pavardė' }, { 'if-match': '"1"', ...forTeaching })
      .expect(200);
    expect((await recordsOf(id)).map(({ operation, purpose }) => [operation, purpose])).toEqual([
      ['matchLearner', 'UNSTATED'],
      ['changeLearner', 'TEACHING'],
    ]);
  });

  it('is left of nobody by a read that found nobody', async () => {
    const foreign = await aLearnerHere();
    const before = await total();
    const stranger = api.as(school(randomUUID()));
    await stranger.get(`/learners/${foreign}`).expect(404);
    await stranger.get(`/learners/${randomUUID()}`).expect(404);
    await stranger.get('/learners').expect(200);
    await stranger.post('/learners/match', { personalCode: aPersonalCode() }).expect(404);
    await stranger.put(`/learners/${foreign}`, { givenName: 'A', familyName: 'B' }, { 'if-match': '"1"' }).expect(404);
    await api
      .as(registrar)
      .put(`/learners/${foreign}`, { givenName: 'A', familyName: 'B' }, { 'if-match': '"7"' })
      .expect(412);
    expect(await total()).toBe(before);
  });

  it('is left of a learner who is enrolled there as of one who is registered there', async () => {
    const id = await aLearnerHere();
    const other = randomUUID();
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: id, institutionId: other }));
    await api.as(school(other)).get(`/learners/${id}`).expect(200);
    expect(await recordsOf(id)).toMatchObject([{ institutions: [other] }]);
  });

  it('comes before the data: where none can be written, nobody is shown', async () => {
    const personalCode = aPersonalCode();
    const facts = { givenName: 'Slaptas-vardas', familyName: 'Slapta-pavardė', personalCode };
    const id = await aLearnerHere(facts);
    await asOwner('REVOKE INSERT ON access_record FROM registers_app');
    try {
      const reads = [
        await api.as(trusted).get(`/learners/${id}`, forTeaching),
        await api.as(trusted).get('/learners?familyName=slapta', forTeaching),
        await api.as(trusted).post('/learners/match', { personalCode }),
        await api.as(trusted).put(`/learners/${id}`, { givenName: 'A', familyName: 'B' }, { 'if-match': '"1"' }),
        await api.as({ ...registrar, scopes: ['registers.access-log:read'] }).get(`/learners/${id}/access-log`),
      ];
      for (const { status, text } of reads) {
        expect(status).toBeGreaterThanOrEqual(500);
        for (const secret of ['Slapta', personalCode]) expect(text).not.toContain(secret);
      }
    } finally {
      await asOwner('GRANT INSERT ON access_record TO registers_app');
    }
    expect(await recordsOf(id)).toEqual([]);
    await api.as(trusted).get(`/learners/${id}`, forTeaching).expect(200);
  });

  it.each([
    ['access_record', 'UPDATE'],
    ['access_record', 'DELETE'],
    ['access_record', 'TRUNCATE'],
    ['access_alarm', 'UPDATE'],
    ['access_alarm', 'DELETE'],
    ['policy_parameter', 'UPDATE'],
  ])('is appended for good: the service may no %s %s', async (table, privilege) => {
    const [row] = await api.db.query('SELECT has_table_privilege(current_user, $1, $2) AS granted', [table, privilege]);
    expect(row.granted).toBe(false);
  });
});

describe('the purpose of a read', () => {
  const api = startRegisters();

  it('opens the personal code to a token that may see it; without it the code is left out', async () => {
    const personalCode = aPersonalCode();
    const { body: learner } = await api.as(registrar).post('/learners', aLearner({ personalCode })).expect(201);
    const path = `/learners/${learner.id}`;
    const { body: silent } = await api.as(trusted).get(path).expect(200);
    expect(silent).not.toHaveProperty('personalCode');
    const { body: open } = await api.as(trusted).get(path, forTeaching).expect(200);
    expect(open.personalCode).toBe(personalCode);
    const { body: closed } = await api.as(registrar).get(path, forTeaching).expect(200);
    expect(closed).not.toHaveProperty('personalCode');
    const { body: listed } = await api.as(trusted).get('/learners?limit=500').expect(200);
    expect(listed.items.some((each: object) => 'personalCode' in each)).toBe(false);
    expect(await everyRow(api, (tx) => tx.countBy(AccessRecord, { subjectId: learner.id }))).toBe(4);
  });

  it.each(['', 'teaching', 'UNSTATED', 'CURIOSITY', 'TEACHING,ADMISSION', 'x'.repeat(2_000)])(
    '%j is none of the list',
    async (purpose) => {
      const { body } = await api.as(registrar).get(`/learners/${randomUUID()}`, { 'x-purpose': purpose }).expect(400);
      expect(body.type).toBe('urn:meistras:problem:registers:purpose-unknown');
    },
  );
});
