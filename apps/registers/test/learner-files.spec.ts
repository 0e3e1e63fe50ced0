import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { setReach } from '@meistras/platform/database/reach';
import { Registers } from '../src/register/registers.js';
import {
  aLearner,
  anInstitution,
  everyRow,
  faultsOf,
  forTeaching,
  registrar,
  school,
  startRegisters,
} from './builders.js';
import { fileScopes, files, guardian } from './learner-files.js';

const officer: Caller = { ...registrar, scopes: [...registrar.scopes, ...fileScopes] };

describe('what is kept of a learner beside the person', () => {
  const api = startRegisters();
  let [own, other, learnerId] = ['', '', ''];
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  beforeAll(async () => {
    [own, other] = (await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    )) as [string, string];
  });
  beforeEach(async () => {
    learnerId = (
      await api
        .as(registrar)
        .post('/learners', aLearner({ institutionId: own }))
        .expect(201)
    ).body.id;
  });
  const as = (institution: string) => api.as({ ...school(institution), scopes: officer.scopes });

  it.each(files)('%s: kept, changed with its history, read with a purpose alone', async (file, first, second) => {
    const path = `/learners/${learnerId}/${file}`;
    await as(own).get(path, forTeaching).expect(404);
    const { body: created } = await as(own).put(path, first).expect(200);
    expect(created).toMatchObject({ ...first, version: 1, validFrom: '2026-01-10', provider: 'school-system' });
    expect((await as(own).put(path, first).expect(200)).body).toEqual(created);
    api.clock.set('2026-02-10T10:00:00Z');
    await as(own).put(path, second, { 'if-match': '"7"' }).expect(412);
    await as(own).put(path, second, { 'if-match': '"1"' }).expect(200);
    const { body: now } = await as(own).get(path, forTeaching).expect(200);
    expect(now).toMatchObject({ ...second, version: 2 });
    const { body: before } = await as(own).get(`${path}?validOn=2026-02-01`, forTeaching).expect(200);
    expect(before).toMatchObject(first);
    await as(own).get(`${path}?validOn=2026-01-01`, forTeaching).expect(404);
    const { body: history } = await as(own).get(`${path}/history`, forTeaching).expect(200);
    expect(history.items.map(({ facts }: { facts: object }) => facts)).toEqual([second, first, first]);
    const { body: problem } = await as(own).get(path).expect(400);
    expect(problem.type).toBe('urn:meistras:problem:registers:purpose-missing');
  });

  it.each(files)('%s: is nobody’s who has not its scope, and no other school’s', async (file, first) => {
    const path = `/learners/${learnerId}/${file}`;
    await as(own).put(path, first).expect(200);
    await api.as(registrar).get(path, forTeaching).expect(403);
    await api.as(registrar).put(path, first).expect(403);
    for (const address of [path, `${path}/history`]) await as(other).get(address, forTeaching).expect(404);
    await as(other).put(path, first).expect(404);
    const rowsOf = (reach: string[]): Promise<unknown[]> =>
      api.db.transaction(async (tx) => {
        await setReach(tx, reach);
        return tx.query('SELECT id FROM learner_file WHERE learner_id = $1', [learnerId]);
      });
    expect([await rowsOf([own]), await rowsOf([other])].map(({ length }) => length)).toEqual([1, 0]);
  });

  it('is announced as a change of the learner, which says nothing of it', async () => {
    await as(own)
      .put(`/learners/${learnerId}/guardians`, { guardians: [guardian] })
      .expect(200);
    const events = (await api.events()).filter(({ key }) => key === learnerId);
    expect(events.map(({ type, version }) => [type, version])).toEqual([
      ['registers.learner.registered.v1', 1],
      ['registers.learner.changed.v1', 2],
    ]);
    expect(Object.keys(events[1]!.payload).sort()).toEqual(['birthYear', 'institutionId', 'learnerId', 'version']);
    expect((await as(own).get(`/learners/${learnerId}`).expect(200)).body.version).toBe(2);
  });

  it('takes effect on its day by itself', async () => {
    const path = `/learners/${learnerId}/contacts`;
    await as(own).put(path, { phone: '+37060000001' }).expect(200);
    await as(own).put(path, { phone: '+37060000002', validFrom: '2026-02-01' }).expect(200);
    expect((await as(own).get(path, forTeaching).expect(200)).body.phone).toBe('+37060000001');
    api.clock.set('2026-02-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    expect((await as(own).get(path, forTeaching).expect(200)).body.phone).toBe('+37060000002');
    expect((await api.events()).filter(({ key }) => key === learnerId)).toHaveLength(4);
  });

  it('leaves a record of every read, found or not', async () => {
    await as(own).put(`/learners/${learnerId}/contacts`, { phone: '+37060000001' }).expect(200);
    await as(own).get(`/learners/${learnerId}/contacts`, forTeaching).expect(200);
    await as(own).get(`/learners/${learnerId}/special-needs`, forTeaching).expect(404);
    const records = await everyRow(api, (tx) =>
      tx.query(
        `SELECT operation, purpose FROM access_record WHERE subject_id = $1 AND operation LIKE 'get%' ORDER BY id`,
        [learnerId],
      ),
    );
    expect(records).toEqual([
      { operation: 'getLearnerContacts', purpose: 'TEACHING' },
      { operation: 'getLearnerSpecialNeeds', purpose: 'TEACHING' },
    ]);
  });

  it('refuses what is no such thing, all faults at once', async () => {
    const body = { guardians: [{ ...guardian, relation: 'UNCLE', phone: '860000001' }], dog: 1 };
    const { body: problem } = await as(own).put(`/learners/${learnerId}/guardians`, body).expect(422);
    expect(faultsOf(problem).map((fault) => fault.split(' ')[0])).toEqual([
      '/dog',
      '/guardians/0/phone',
      '/guardians/0/relation',
    ]);
  });
});
