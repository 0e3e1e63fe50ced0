import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { ErasuresService } from '../src/erasures/erasures.service.js';
import { PersonKeys } from '../src/personal-data/person-keys.service.js';
import { aLearner, anEnrolment, aPersonalCode, everyRow, faultsOf, forTeaching, startRegisters } from './builders.js';
import { archivist, Backup, holdersOf } from './erasures.js';

describe('erasing a learner', () => {
  const api = startRegisters();
  const client = () => api.as(archivist);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  const names = { givenName: 'Trinamas-vardas', familyName: 'Trinama-pavardė' };
  const register = async (facts = {}): Promise<{ id: string; birthOn: string; sex: string }> =>
    (
      await client()
        .post('/learners', aLearner({ ...names, ...facts }))
        .expect(201)
    ).body;
  const erase = (learnerId: string, ground = 'RETENTION_ENDED') =>
    client().post('/erasures', { learnerId, ground, legalBasis: 'V-7' });

  it('destroys what says who it was, wherever the register keeps it, and keeps what statistics and proofs need', async () => {
    const personalCode = aPersonalCode();
    const { id, birthOn, sex } = await register({ personalCode, homeMunicipalityCode: 'LT-16' });
    await client().put(`/learners/${id}/contacts`, { phone: '+37060000077' }).expect(200);
    const other = { ...names, familyName: 'Trinama-kita', birthOn, sex, homeMunicipalityCode: 'LT-16' };
    await client().put(`/learners/${id}`, other, { 'if-match': '"2"' }).expect(200);
    api.clock.set('2036-01-10T10:00:00Z');
    const words = ['Trinama', 'trinama', '+37060000077', birthOn];
    expect(await holdersOf(api, words)).toEqual(expect.arrayContaining(['learner', 'learner_name', 'register_period']));
    const { body: proof } = await erase(id).expect(201);
    expect(proof).toMatchObject({ learnerId: id, ground: 'RETENTION_ENDED', erasedBy: 'archivist' });
    expect(await holdersOf(api, words)).toEqual([]);
    const [row] = await everyRow(api, (tx) => tx.query('SELECT * FROM learner WHERE id = $1', [id]));
    expect(row).toMatchObject({ state: 'ERASED', sex, home_municipality_code: 'LT-16', personal_code_index: null });
    const { body: problem } = await client().get(`/learners/${id}`).expect(410);
    expect(problem.type).toBe('urn:meistras:problem:registers:learner-erased');
    await client().post('/learners/match', { personalCode }).expect(404);
    expect((await client().get(`/learners/${id}/access-log`)).status).toBe(404);
    const records = await everyRow(api, (tx) => tx.query('SELECT 1 FROM access_record WHERE subject_id = $1', [id]));
    expect(records.length).toBeGreaterThan(0);
    const last = (await api.events()).filter(({ key }) => key === id).at(-1);
    expect(last).toMatchObject({ type: 'registers.learner.erased.v1', payload: { birthYear: 2009 } });
    expect((await client().get('/erasures').expect(200)).body.items).toContainEqual(proof);
    await erase(id).expect(409);
  });

  it('takes along who is being merged into the person at the same moment', async () => {
    const [kept, merged] = [await register({ familyName: 'Trinama-pirma' }), await register()];
    const { body: review } = await client()
      .post('/match-reviews', { learnerIds: [kept.id, merged.id] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: kept.id, reason: 'Seen' };
    const answers = await everyRow(api, async (tx) => {
      await tx.query('SELECT FROM learner WHERE id = $1 FOR UPDATE', [merged.id]);
      // The merge has got hold of the one that is kept, and the erasure waits for it.
      const merging = client().put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' });
      const decided = merging.then(({ status }) => status);
      await api.blocked(1);
      const erased = erase(kept.id, 'COURT_ORDER').then(({ status, body }) => ({ status, body }));
      await api.blocked(2);
      return { decided, erased };
    });
    expect(await answers.decided).toBe(200);
    expect(await answers.erased).toMatchObject({ status: 201, body: { mergedIds: [merged.id] } });
    for (const { id } of [kept, merged]) await client().get(`/learners/${id}`).expect(410);
    const states = await everyRow(api, (tx) =>
      tx.query('SELECT DISTINCT state FROM learner WHERE id = ANY($1)', [[kept.id, merged.id]]),
    );
    expect(states).toEqual([{ state: 'ERASED' }]);
  });

  it('destroys the key, so that a backup with the person in it brings nobody back', async () => {
    const personalCode = aPersonalCode();
    const [kept, merged] = [await register({ personalCode }), await register({ familyName: 'Trinama-sena' })];
    const contacts = `/learners/${kept.id}/contacts`;
    await client().put(contacts, { phone: '+37060000078' }).expect(200);
    const backup = await Backup.of(api, 'data');
    const { body: review } = await client()
      .post('/match-reviews', { learnerIds: [kept.id, merged.id] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: kept.id, reason: 'Seen' };
    await client().put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
    const keys = await api.app.get(PersonKeys).of([kept.id, merged.id]);
    const fingerprints = [...keys.values()].map((key) => createHash('sha256').update(key).digest('hex')).sort();
    const { body: proof } = await erase(kept.id, 'COURT_ORDER').expect(201);
    expect(proof).toMatchObject({ mergedIds: [merged.id], destroyedKeys: fingerprints });
    expect(await api.app.get(PersonKeys).of([kept.id, merged.id])).toEqual(new Map());
    await backup.restore();
    const trusted = api.as({ ...archivist, scopes: [...archivist.scopes, 'registers.personal-codes:read'] });
    const { body: back } = await trusted.get(`/learners/${kept.id}`, forTeaching).expect(200);
    expect(back.familyName).toBe('Trinama-pavardė');
    expect(back).not.toHaveProperty('personalCode');
    const { body: closed } = await trusted.get(contacts, forTeaching).expect(503);
    expect(closed.type).toMatch(/person-key-missing$/);
    await trusted.put(contacts, { phone: '+37060000079' }, { 'if-match': '"1"' }).expect(503);
    // Names need no key: who has a proof is erased again.
    const erasures = api.app.get(ErasuresService);
    expect(await erasures.repeat()).toBe(2);
    expect(await erasures.repeat()).toBe(0);
    for (const { id } of [kept, merged]) await client().get(`/learners/${id}`).expect(410);
    expect(await holdersOf(api, ['Trinama-sena', '+37060000078'])).toEqual([]);
  });

  it('withdraws what was to be looked at: nobody can tell any more who is the same person', async () => {
    // Unlike enough that the register itself opens none.
    const unlike = (familyName: string) => register({ familyName, givenName: familyName });
    const [one, other, third] = [await unlike('Abromavas'), await unlike('Kunigas'), await unlike('Žvirblys')];
    const open = async (pair: { id: string }[]): Promise<string> =>
      (
        await client()
          .post('/match-reviews', { learnerIds: pair.map(({ id }) => id) })
          .expect(201)
      ).body.id;
    const [first, second, ofOthers] = [await open([one, other]), await open([third, one]), await open([other, third])];
    await erase(one.id, 'COURT_ORDER').expect(201);
    for (const id of [first, second]) await client().get(`/match-reviews/${id}`).expect(404);
    expect((await client().get(`/match-reviews/${ofOthers}`).expect(200)).body.state).toBe('OPEN');
  });

  it('erases those that were merged into it too: they are the same person', async () => {
    const [kept, merged] = [await register(), await register({ familyName: 'Trinama-antra' })];
    const { body: review } = await client()
      .post('/match-reviews', { learnerIds: [kept.id, merged.id] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: kept.id, reason: 'Seen' };
    await client().put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
    expect(faultsOf((await erase(merged.id, 'COURT_ORDER').expect(422)).body)).toEqual(['/learnerId MERGED']);
    await erase(kept.id, 'COURT_ORDER').expect(201);
    for (const { id } of [kept, merged]) {
      await client().get(`/learners/${id}`).expect(410);
      expect((await erase(id, 'COURT_ORDER').expect(409)).body.type).toMatch(/erasure-once$/);
    }
  });

  it('waits for the retention to end, unless the ground is another, and for enrolments always', async () => {
    const [early, mistaken, studies] = [await register(), await register(), await register()];
    const { body } = await erase(early.id).expect(409);
    expect(body).toMatchObject({
      type: 'urn:meistras:problem:registers:retention-runs',
      detail: 'The data are to be kept until 2036-01-10.',
    });
    await erase(mistaken.id, 'REGISTERED_BY_MISTAKE').expect(201);
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: studies.id }));
    expect((await erase(studies.id, 'COURT_ORDER').expect(409)).body.type).toMatch(/learner-studies$/);
    const { body: unknown } = await erase('00000000-0000-7000-8000-000000000001').expect(422);
    expect(faultsOf(unknown)).toEqual(['/learnerId UNKNOWN']);
  });

  it('lists whose retention has ended, by the last enrolment', async () => {
    const [never, left, studies] = [await register(), await register(), await register()];
    const ended = { state: 'COMPLETED', startsOn: '2026-09-01', endedOn: '2028-06-29' } as const;
    await api.consume(EnrolmentEndedV1, anEnrolment({ learnerId: left.id, ...ended }));
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: studies.id }));
    const due = async (day: string): Promise<Record<string, string>> => {
      api.clock.set(`${day}T10:00:00Z`);
      const { body } = await client().get('/erasures/due?limit=500').expect(200);
      return Object.fromEntries(
        body.items.map((each: { learnerId: string; dueOn: string }) => [each.learnerId, each.dueOn]),
      );
    };
    const at = await due('2038-06-29');
    expect([at[never.id], at[left.id], at[studies.id]]).toEqual(['2036-01-10', undefined, undefined]);
    expect((await due('2038-06-30'))[left.id]).toBe('2038-06-30');
  });

  it('counts from 29 February to 1 March of a common year, in the list as in the refusal (F-REG-5)', async () => {
    api.clock.set('2024-02-29T10:00:00Z');
    const { id } = await register();
    api.clock.set('2034-02-28T10:00:00Z');
    expect((await erase(id).expect(409)).body.detail).toBe('The data are to be kept until 2034-03-01.');
    api.clock.set('2034-03-01T10:00:00Z');
    const { body } = await client().get('/erasures/due?about=LEARNER&limit=500').expect(200);
    expect(body.items).toContainEqual({ learnerId: id, dueOn: '2034-03-01' });
  });
});
