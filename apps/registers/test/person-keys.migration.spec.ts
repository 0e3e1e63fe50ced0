import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@meistras/platform/database/data-source';
import { createDatabase } from '@meistras/testing/test-database';
import type { TestDatabase } from '@meistras/testing/test-database';
import { DataSource } from 'typeorm';
import { registers } from '../src/data-source.js';
import { GivePersonsKeys1760001955000 } from '../src/migrations/1760001955000-give-persons-keys.js';
import { MergeStaff1760001956000 } from '../src/migrations/1760001956000-merge-staff.js';

describe('persons of before they had keys', () => {
  let database: TestDatabase;
  let owner: DataSource;
  const timeOf = ({ name }: { name: string }): number => Number(/\d{13}$/.exec(name)?.[0]);
  const older = migrationsOf(registers).filter((each) => timeOf(each) < timeOf(GivePersonsKeys1760001955000));
  const [learner, erased, member] = [randomUUID(), randomUUID(), randomUUID()].toSorted() as [string, string, string];

  const open = (all: typeof older): Promise<DataSource> =>
    new DataSource({
      type: 'postgres',
      url: database.MIGRATOR_DATABASE_URL,
      migrations: all,
      migrationsTransactionMode: 'each',
      // One session, which reaches everybody.
      extra: { max: 1 },
    }).initialize();

  beforeAll(async () => {
    database = await createDatabase('registers');
    owner = await open(older);
    await owner.runMigrations();
    await owner.query(`SELECT set_config('meistras.reach', '*', false)`);
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
    await owner.destroy();
    owner = await open([GivePersonsKeys1760001955000, MergeStaff1760001956000]);
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  it('are to be sealed anew, those who are somebody, and members of staff are to be compared', async () => {
    await owner.runMigrations();
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
