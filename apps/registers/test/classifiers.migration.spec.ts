import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrationsOf } from '@meistras/platform/database/data-source';
import { createDatabase } from '@meistras/testing/test-database';
import type { TestDatabase } from '@meistras/testing/test-database';
import { DataSource } from 'typeorm';
import { registers } from '../src/data-source.js';
import { VersionClassifier1760000008000 } from '../src/migrations/1760000008000-version-classifier.js';

describe('a database of before there were versions', () => {
  let database: TestDatabase;
  let owner: DataSource;
  const timeOf = ({ name }: { name: string }): number => Number(/\d{13}$/.exec(name)?.[0]);
  const older = migrationsOf(registers).filter((each) => timeOf(each) < timeOf(VersionClassifier1760000008000));

  const open = (all: typeof older): Promise<DataSource> =>
    new DataSource({
      type: 'postgres',
      url: database.MIGRATOR_DATABASE_URL,
      migrations: all,
      migrationsTransactionMode: 'each',
    }).initialize();

  beforeAll(async () => {
    database = await createDatabase('registers');
    owner = await open(older);
    await owner.runMigrations();
    await owner.query(
      `INSERT INTO classifier (code, name_en, purpose, kind, author) VALUES ('KL_COUNTY', 'Counties', 'Place', 'flat', 'ISO')`,
    );
    await owner.query(
      `INSERT INTO classifier_item (classifier_code, code, ordinal, name_lt) VALUES ('KL_COUNTY', 'LT-KU', 1, 'Kauno')`,
    );
    await owner.destroy();
    owner = await open([VersionClassifier1760000008000]);
  });
  afterAll(async () => {
    await owner.destroy();
    await database.drop();
  });

  it('keeps its lists as version 1, and goes back without losing it', async () => {
    const before = await owner.query('SELECT * FROM classifier_item');
    await owner.runMigrations();
    expect(await owner.query('SELECT * FROM classifier_version')).toMatchObject([
      { classifier_code: 'KL_COUNTY', number: 1, state: 'PUBLISHED', valid_from: null, valid_to: null },
    ]);
    expect(await owner.query('SELECT * FROM classifier_item')).toMatchObject([
      { code: 'LT-KU', number: 1, name_lt: 'Kauno', origin: 'RELEASE', search_key: 'lt-ku kauno' },
    ]);
    const runner = owner.createQueryRunner();
    await registers.seed?.run(runner);
    await runner.release();
    expect(await owner.query(`SELECT name_en FROM classifier_item WHERE code = 'LT-KU'`)).toEqual([
      { name_en: 'Kaunas County' },
    ]);
    await owner.undoLastMigration();
    const after = await owner.query(`SELECT * FROM classifier_item WHERE code = 'LT-KU'`);
    expect(Object.keys(after[0]).sort()).toEqual(Object.keys(before[0]).sort());
    expect(after[0]).toMatchObject({ name_lt: 'Kauno apskritis' });
  });
});
