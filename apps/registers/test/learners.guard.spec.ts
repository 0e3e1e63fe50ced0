import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { ReachedReads, setReach } from '@meistras/platform/database/reach';
import type { Reach } from '@meistras/platform/database/reach';
import { asAdmin } from '@meistras/testing/test-database';
import { aLearner, anEnrolment, anInstitution, registrar, startRegisters } from './builders.js';

/** The second wall (T7): every statement here is without the service's own filter. */
describe('the guard of learners’ rows', () => {
  const api = startRegisters();
  let [own, other] = ['', ''];
  let [mine, foreign, enrolled, left] = ['', '', '', ''];

  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    );
    const learnerOf = async (institutionId: string): Promise<string> =>
      (await api.as(registrar).post('/learners', aLearner({ institutionId })).expect(201)).body.id;
    [mine, foreign, enrolled, left] = [
      await learnerOf(own),
      await learnerOf(other),
      await learnerOf(other),
      await learnerOf(other),
    ];
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: enrolled, institutionId: own }));
    await api.consume(
      EnrolmentEndedV1,
      anEnrolment({ learnerId: left, institutionId: own, state: 'TERMINATED', endedOn: '2027-01-31' }),
    );
  });

  const all = { name: 'every-learner', text: 'SELECT id FROM learner ORDER BY id' };
  const seenBy = async (reach: Reach): Promise<string[]> =>
    (await api.app.get(ReachedReads).rows<{ id: string }>(reach, all, [])).map(({ id }) => id);

  it('shows a reach its own learners and those enrolled there, the country all, and nobody’s reach none', async () => {
    expect(await seenBy([own])).toEqual([mine, enrolled]);
    expect(await seenBy([other])).toEqual([foreign, enrolled, left]);
    expect(await seenBy([own, other])).toEqual([mine, foreign, enrolled, left]);
    expect(await seenBy([randomUUID()])).toEqual([]);
    expect(await seenBy([])).toEqual([]);
    expect(await seenBy(null)).toEqual([mine, foreign, enrolled, left]);
  });

  it('gives each of many statements that run together its own reach', async () => {
    const reaches: Reach[] = Array.from({ length: 60 }, (_, i) => [[own], [other], null, []][i % 4]!);
    const seen = await Promise.all(reaches.map(seenBy));
    const expected = [[mine, enrolled], [foreign, enrolled, left], [mine, foreign, enrolled, left], []];
    seen.forEach((ids, i) => expect(ids).toEqual(expected[i % 4]));
  });

  it('keeps a connection’s reach from what follows a statement or a change of reach that failed', async () => {
    const reads = api.app.get(ReachedReads);
    await Promise.all(Array.from({ length: 10 }, () => seenBy(null)));
    const broken = { name: 'broken', text: 'SELECT id FROM learner WHERE 1 / 0 = 1' };
    await expect(reads.rows([own], broken, [])).rejects.toThrow();
    await expect(reads.rows(['no-uuid'], all, [])).rejects.toThrow();
    expect(await seenBy([own])).toEqual([mine, enrolled]);
  });

  it('shows nothing to a connection that nobody gave a reach, and nothing after a transaction that had one', async () => {
    const plain = (): Promise<unknown[]> => api.db.query('SELECT id FROM learner');
    await Promise.all(Array.from({ length: 10 }, () => seenBy(null)));
    expect(await plain()).toEqual([]);
    const inside = await api.db.transaction(async (tx) => {
      await setReach(tx, null);
      return tx.query('SELECT id FROM learner');
    });
    expect(inside).toHaveLength(4);
    expect(await Promise.all(Array.from({ length: 10 }, plain))).toEqual(Array(10).fill([]));
  });

  it('shows with a reach the enrolments at its institutions, and who looked at the learners that it sees', async () => {
    for (const id of [mine, foreign, enrolled, left]) await api.as(registrar).get(`/learners/${id}`).expect(200);
    const subjectsIn = async (table: string, column: string, reach: Reach): Promise<string[]> => {
      const statement = { name: `subjects-in-${table}`, text: `SELECT ${column} AS id FROM ${table}` };
      const rows = await api.app.get(ReachedReads).rows<{ id: string }>(reach, statement, []);
      return [...new Set(rows.map(({ id }) => id))].toSorted();
    };
    const entries = (reach: Reach): Promise<string[]> => subjectsIn('learner_entry', 'learner_id', reach);
    const records = (reach: Reach): Promise<string[]> => subjectsIn('access_record', 'subject_id', reach);
    expect(await entries([own])).toEqual([enrolled, left].toSorted());
    expect(await entries([other])).toEqual([]);
    expect(await entries(null)).toEqual([enrolled, left].toSorted());
    expect(await records([own])).toEqual([mine, enrolled].toSorted());
    expect(await records([other])).toEqual([foreign, enrolled, left].toSorted());
    expect(await records([randomUUID()])).toEqual([]);
    expect(await records(null)).toEqual([mine, foreign, enrolled, left].toSorted());
    for (const table of ['learner_entry', 'access_record'])
      expect(await api.db.query(`SELECT * FROM ${table}`)).toEqual([]);
  });

  it('lets nobody change a foreign learner', async () => {
    const changed = await api.db.transaction(async (tx) => {
      await setReach(tx, [own]);
      return tx.query(`UPDATE learner SET sex = sex RETURNING id`);
    });
    expect(changed[0].map(({ id }: { id: string }) => id).sort()).toEqual([mine, enrolled].sort());
  });

  it('holds for the tables’ owner too', async () => {
    const [{ name }]: [{ name: string }] = await api.db.query('SELECT current_database() AS name');
    const rows = await asAdmin(async (admin) => {
      await admin.query('SET ROLE registers_migrator');
      return (await admin.query('SELECT id FROM learner')).rows;
    }, name);
    expect(rows).toEqual([]);
  });

  it.each([
    ['a learner by id', 'SELECT id FROM learner WHERE id = ANY($1::uuid[])', [[randomUUID()]], 'learner_pk'],
    [
      'a learner by code',
      'SELECT id FROM learner WHERE personal_code_index = $1',
      [Buffer.alloc(32)],
      'learner_personal_code_taken',
    ],
    [
      'learners by name',
      `SELECT id FROM learner WHERE family_name_key ~>=~ $1::text AND family_name_key ~<~ ($1::text || U&'\\+10FFFF')`,
      ['pav'],
      'learner_name_key',
    ],
  ])('lets %s be found by an index', async (_, text, values, index) => {
    const plan = await api.db.transaction(async (tx) => {
      await setReach(tx, null);
      await tx.query('SET LOCAL enable_seqscan = off');
      return tx.query(`EXPLAIN ${text}`, values);
    });
    expect(JSON.stringify(plan)).toContain(index);
  });
});
