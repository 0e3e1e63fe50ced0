import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { ReachedReads } from '@meistras/platform/database/reach';
import type { Caller } from '@meistras/testing/tokens';
import { Registers } from '../src/register/registers.js';
import {
  aLearner,
  anEnrolment,
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  registrar,
  startRegisters,
} from './builders.js';

const scopes = [...registrar.scopes, 'registers.transfers:read', 'registers.transfers:write'];
const office: Caller = { scopes, national: true, clientId: 'office' };
const schoolOf = (institution: string): Caller => ({ scopes, institutions: [institution], clientId: institution });

interface Made {
  id: string;
  version: number;
}

describe('the transfer of a learner between institutions', () => {
  const api = startRegisters();
  let [from, to, third] = ['', '', ''];
  beforeEach(() => api.clock.set('2026-01-12T10:00:00Z'));
  beforeAll(async () => {
    const made = () => api.as(office).post('/institutions', anInstitution()).expect(201);
    [from, to, third] = [(await made()).body.id, (await made()).body.id, (await made()).body.id];
  });

  async function aLearnerThere(): Promise<{ learnerId: string; personalCode: string }> {
    const personalCode = aPersonalCode();
    const learner = aLearner({ personalCode, institutionId: from });
    return { learnerId: (await api.as(schoolOf(from)).post('/learners', learner).expect(201)).body.id, personalCode };
  }
  const asked = (facts: object) => ({
    toInstitutionId: to,
    startsOn: '2026-02-02',
    reason: 'The family moves',
    ...facts,
  });
  const request = async (caller: Caller, facts: object) =>
    (await api.as(caller).post('/transfers', asked(facts)).expect(201)).body;
  const act = (caller: Caller, { id, version }: Made, what: string, body: object = {}) =>
    api.as(caller).put(`/transfers/${id}/${what}`, body, { 'if-match': `"${version}"` });
  const eventsOf = async (key: string, topic: string) => (await api.events(topic)).filter((each) => each.key === key);
  const typesOf = async (id: string) =>
    (await eventsOf(id, 'registers.transfer')).map(({ type, version }) => `${type} ${version}`);
  const dayComes = async (day: string): Promise<void> => {
    api.clock.set(`${day}T10:00:00Z`);
    while ((await api.app.get(Registers).turn()) > 0);
  };
  const stored = async (id: string) =>
    (await everyRow(api, (tx) => tx.query('SELECT state, version FROM transfer WHERE id = $1', [id])))[0];

  it('is asked for by the receiver, who learns nothing, agreed by the sender, and completed on its day', async () => {
    const { learnerId, personalCode } = await aLearnerThere();
    const made = await request(schoolOf(to), { personalCode, fromInstitutionId: third });
    expect(made).toEqual({
      ...{ id: expect.any(String), version: 1, state: 'REQUESTED', toInstitutionId: to, askedBy: 'TO' },
      ...{ startsOn: '2026-02-02', reason: 'The family moves', answerDueOn: '2026-01-26' },
      ...{ requestedAt: '2026-01-12T10:00:00.000Z', toConsentedAt: '2026-01-12T10:00:00.000Z' },
    });
    await api.as(schoolOf(to)).get(`/learners/${learnerId}`).expect(404);
    const { body: offered } = await api.as(schoolOf(from)).get(`/transfers/${made.id}`).expect(200);
    expect(offered).toMatchObject({ learnerId, fromInstitutionId: from });
    const { body: agreed } = await act(schoolOf(from), offered, 'consent').expect(200);
    expect(agreed).toMatchObject({ state: 'AGREED', version: 2, fromConsentedAt: '2026-01-12T10:00:00.000Z' });
    await dayComes('2026-02-01');
    expect(await stored(made.id)).toEqual({ state: 'AGREED', version: 2 });
    await dayComes('2026-02-02');
    const { body: done } = await api.as(schoolOf(to)).get(`/transfers/${made.id}`).expect(200);
    expect(done).toMatchObject({ state: 'COMPLETED', version: 3, learnerId, fromInstitutionId: from });
    const { body: learner } = await api.as(schoolOf(to)).get(`/learners/${learnerId}`).expect(200);
    expect(learner).toMatchObject({ version: 2, institutionId: to });
    await api.as(schoolOf(from)).get(`/learners/${learnerId}`).expect(404);
    const changes = await eventsOf(learnerId, 'registers.learner');
    expect(changes.at(-1)).toMatchObject({
      type: 'registers.learner.changed.v1',
      payload: { institutionId: to, previousInstitutionId: from },
    });
    // A copy that a school keeps hears that the learner came, or has left.
    for (const [side, versions] of [
      [from, [1, 2]],
      [to, [2]],
      [third, []],
    ] as const) {
      const { body: feed } = await api.as(schoolOf(side)).get('/learners/changes?limit=500').expect(200);
      const own = (feed.items as { id: string; version: number }[]).filter(({ id }) => id === learnerId);
      expect(own.map(({ version }) => version)).toEqual(versions);
    }
    const types = ['requested', 'agreed', 'completed'].map((each, at) => `registers.transfer.${each}.v1 ${at + 1}`);
    expect(await typesOf(made.id)).toEqual(types);
    const [first] = await eventsOf(made.id, 'registers.transfer');
    expect(first?.payload).toEqual({
      ...{ transferId: made.id, version: 1, state: 'REQUESTED', learnerId, startsOn: '2026-02-02' },
      ...{ fromInstitutionId: from, toInstitutionId: to },
    });
    await dayComes('2026-02-03');
    expect(await stored(made.id)).toEqual({ state: 'COMPLETED', version: 3 });
  });

  it('leaves the sender the sight of a learner who is still enrolled there', async () => {
    const { learnerId } = await aLearnerThere();
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId, institutionId: from }));
    const made = await request(schoolOf(from), { learnerId, startsOn: '2026-01-12' });
    expect(made).toMatchObject({ askedBy: 'FROM', learnerId, fromInstitutionId: from });
    await act(schoolOf(to), made, 'consent').expect(200);
    await dayComes('2026-01-12');
    for (const each of [from, to]) await api.as(schoolOf(each)).get(`/learners/${learnerId}`).expect(200);
  });

  it('needs both sides when it is asked for nationally', async () => {
    const { learnerId } = await aLearnerThere();
    const made = await request(office, { learnerId });
    expect(made).toMatchObject({ askedBy: 'NATIONAL', state: 'REQUESTED' });
    const { body: half } = await act(schoolOf(to), made, 'consent').expect(200);
    expect(half).toMatchObject({ state: 'REQUESTED', version: 2 });
    const { body: whole } = await act(schoolOf(from), half, 'consent').expect(200);
    expect(whole).toMatchObject({ state: 'AGREED', version: 3 });
    await act(schoolOf(to), whole, 'withdrawal').expect(409);
    await act(office, whole, 'withdrawal').expect(200);
    expect((await typesOf(made.id)).at(-1)).toBe('registers.transfer.withdrawn.v1 4');
    await dayComes('2026-02-02');
    expect(await stored(made.id)).toEqual({ state: 'WITHDRAWN', version: 4 });
  });

  it('is refused by the side that is asked, with a reason, and stays so; the next one may be asked for', async () => {
    const { learnerId, personalCode } = await aLearnerThere();
    const made = await request(schoolOf(to), { personalCode });
    await act(schoolOf(to), made, 'consent').expect(409);
    await act(schoolOf(to), made, 'refusal', { reason: 'x' }).expect(409);
    const { body: refused } = await act(schoolOf(from), made, 'refusal', { reason: 'Not known here' }).expect(200);
    expect(refused).toMatchObject({ state: 'REFUSED', endReason: 'Not known here', endedAt: expect.any(String) });
    const { body: shown } = await api.as(schoolOf(to)).get(`/transfers/${made.id}`).expect(200);
    expect(shown).not.toHaveProperty('learnerId');
    for (const what of ['consent', 'withdrawal']) await act(office, refused, what).expect(409);
    await request(schoolOf(from), { learnerId });
  });

  it('expires when nobody answers within ten working days', async () => {
    const { personalCode } = await aLearnerThere();
    const made = await request(schoolOf(to), { personalCode });
    await dayComes('2026-01-26');
    expect(await stored(made.id)).toMatchObject({ state: 'REQUESTED' });
    await dayComes('2026-01-27');
    expect(await stored(made.id)).toEqual({ state: 'EXPIRED', version: 2 });
    expect(await typesOf(made.id)).toEqual(['registers.transfer.requested.v1 1', 'registers.transfer.expired.v1 2']);
  });

  it('is one at a time of a learner, also of two at once', async () => {
    const { learnerId, personalCode } = await aLearnerThere();
    const answers = await Promise.all([
      api.as(schoolOf(to)).post('/transfers', asked({ personalCode })),
      api.as(schoolOf(from)).post('/transfers', asked({ learnerId, toInstitutionId: third })),
      api.as(schoolOf(third)).post('/transfers', asked({ personalCode, toInstitutionId: third })),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const rows = await everyRow(api, (tx) => tx.query('SELECT id FROM transfer WHERE learner_id = $1', [learnerId]));
    expect(rows).toHaveLength(1);
    expect(answers.find(({ status }) => status === 409)?.body.type).toMatch(/:transfer-open$/);
  });

  it.each([1, 2, 3, 4, 5])('is either agreed or withdrawn when both are said at once (%i)', async () => {
    const { personalCode } = await aLearnerThere();
    const made = await request(schoolOf(to), { personalCode });
    const answers = await Promise.all([act(schoolOf(from), made, 'consent'), act(schoolOf(to), made, 'withdrawal')]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
    const [done] = answers.filter(({ status }) => status === 200);
    expect(await stored(made.id)).toEqual({ state: done?.body.state, version: 2 });
    expect(await typesOf(made.id)).toHaveLength(2);
  });

  it('is completed once, however many instances look at the same time', async () => {
    const { learnerId } = await aLearnerThere();
    const made = await request(schoolOf(from), { learnerId });
    await act(schoolOf(to), made, 'consent').expect(200);
    api.clock.set('2026-02-02T10:00:00Z');
    const registers = api.app.get(Registers);
    await Promise.all([registers.turn(), registers.turn(), registers.turn()]);
    expect(await stored(made.id)).toEqual({ state: 'COMPLETED', version: 3 });
    expect(await typesOf(made.id)).toHaveLength(3);
    expect(await eventsOf(learnerId, 'registers.learner')).toHaveLength(2);
  });

  it('is seen by its two sides alone, by the database too', async () => {
    const { learnerId } = await aLearnerThere();
    const made = await request(schoolOf(from), { learnerId });
    const listed = async (caller: Caller, query = '') =>
      (await api.as(caller).get(`/transfers?limit=500${query}`).expect(200)).body.items.map(({ id }: Made) => id);
    for (const caller of [schoolOf(from), schoolOf(to), office]) expect(await listed(caller)).toContain(made.id);
    expect(await listed(schoolOf(to), '&state=REQUESTED')).toContain(made.id);
    expect(await listed(schoolOf(to), '&state=COMPLETED')).not.toContain(made.id);
    expect(await listed(schoolOf(third))).not.toContain(made.id);
    await api.as(schoolOf(third)).get(`/transfers/${made.id}`).expect(404);
    for (const what of ['consent', 'withdrawal']) await act(schoolOf(third), made, what).expect(404);
    await act(schoolOf(third), made, 'refusal', { reason: 'x' }).expect(404);
    const statement = { name: 'every-transfer', text: 'SELECT id FROM transfer' };
    const seen = async (reach: string[] | null) =>
      (await api.app.get(ReachedReads).rows<Made>(reach, statement, [])).map(({ id }) => id);
    expect(await seen([from])).toContain(made.id);
    expect(await seen([to])).toContain(made.id);
    expect(await seen([randomUUID()])).toEqual([]);
    expect(await api.db.query('SELECT id FROM transfer')).toEqual([]);
  });

  it('leaves a record of who looked a code up, and tells a third school no more than of an unknown one', async () => {
    const { learnerId, personalCode } = await aLearnerThere();
    const ofThird = (code: string) => api.as(schoolOf(third)).post('/transfers', asked({ personalCode: code }));
    const [known, unknown] = [await ofThird(personalCode), await ofThird(aPersonalCode())];
    expect([known.status, known.body.type, known.body.detail]).toEqual([404, unknown.body.type, unknown.body.detail]);
    await api
      .as(schoolOf(third))
      .post('/transfers', asked({ learnerId, toInstitutionId: third }))
      .expect(404);
    const text = 'SELECT client_id, operation FROM access_record WHERE subject_id = $1';
    const records = await everyRow(api, (tx) => tx.query(text, [learnerId]));
    expect(records).toEqual([{ client_id: third, operation: 'requestTransfer' }]);
  });

  it.each([
    [{ startsOn: '2026-01-11' }, '/startsOn IN_PAST'],
    [{ toInstitutionId: randomUUID() }, '/toInstitutionId UNKNOWN'],
    [{ learnerId: undefined }, '/learnerId ONE_OF_TWO'],
    [{ personalCode: '50905149902' }, '/learnerId ONE_OF_TWO'],
    [{ fromInstitutionId: randomUUID() }, '/fromInstitutionId OTHER'],
  ])('is not asked for as %j: %s', async (facts, expected) => {
    const { learnerId } = await aLearnerThere();
    const { body } = await api
      .as(schoolOf(from))
      .post('/transfers', asked({ learnerId, ...facts }))
      .expect(422);
    expect(faultsOf(body)).toEqual([expected]);
  });

  it('goes to another institution, from one', async () => {
    const { learnerId } = await aLearnerThere();
    const { body } = await api
      .as(office)
      .post('/transfers', asked({ learnerId, toInstitutionId: from }))
      .expect(422);
    expect(faultsOf(body)).toEqual(['/toInstitutionId SAME']);
    const nobodys = (await api.as(office).post('/learners', aLearner()).expect(201)).body.id;
    await api
      .as(office)
      .post('/transfers', asked({ learnerId: nobodys }))
      .expect(409);
  });
});
