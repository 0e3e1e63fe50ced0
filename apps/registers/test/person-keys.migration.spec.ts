import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OlderDatabase } from '@meistras/testing/older-database';
import { registers } from '../src/data-source.js';
import { GivePersonsKeys1760001955000 } from '../src/migrations/1760001955000-give-persons-keys.js';
import { MergeStaff1760001956000 } from '../src/migrations/1760001956000-merge-staff.js';

describe('persons of before they had keys', () => {
  let database: OlderDatabase;
  const [learner, erased, member] = [randomUUID(), randomUUID(), randomUUID()].toSorted() as [string, string, string];

  beforeAll(async () => {
    database = await OlderDatabase.before(registers, GivePersonsKeys1760001955000, MergeStaff1760001956000);
    const { owner } = database;
    for (const [id, state] of [
      [learner, 'REGISTERED'],
      [erased, 'ERASED'],
    ])
      await owner.query(
        `INSERT INTO learner (id, version, state, given_name, family_name, given_name_key, family_name_key, birth_on, sex,
           possibly_foreign, valid_from, recorded_at, provider)
         VALUES ($1, 1, $2, 'A', 'B', 'a', 'b', '2009-05-14', 'F', true, '2026-01-10', now(), 'school')`,
        [id, state],
      );
    await owner.query(
      `INSERT INTO staff_member (id, version, given_name, family_name, family_name_key, birth_on, sex, recorded_at)
       VALUES ($1, 1, 'A', 'B', 'b', '1980-05-14', 'F', now())`,
      [member],
    );
    await owner.query('DELETE FROM match_day');
  });
  afterAll(() => database.drop());

  it('are to be sealed anew, those who are somebody, and members of staff are to be compared', async () => {
    await database.migrate();
    const { owner } = database;
    const due: { id: string }[] = await owner.query('SELECT person_id AS id FROM sealed_before ORDER BY person_id');
    expect(due.map(({ id }) => id)).toEqual([learner, member].toSorted());
    expect(await owner.query('SELECT FROM person_key')).toEqual([]);
    expect(await owner.query('SELECT about, birth_on::text AS day FROM match_day')).toEqual([
      { about: 'STAFF_MEMBER', day: '1980-05-14' },
    ]);
    await owner.query(`SELECT set_config('meistras.reach', '*', false)`);
    expect(await owner.query('SELECT state FROM staff_member')).toEqual([{ state: 'REGISTERED' }]);
    await owner.query(`UPDATE learner SET settlement_type = 'TOWN' WHERE id = $1`, [learner]);
    expect(await owner.query('SELECT FROM match_day')).toHaveLength(1);
    await owner.query(`UPDATE learner SET family_name_key = 'c' WHERE id = $1`, [learner]);
    expect(await owner.query('SELECT FROM match_day')).toHaveLength(2);
  });
});
