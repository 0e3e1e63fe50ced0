import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OlderDatabase } from '@meistras/testing/older-database';
import { registers } from '../src/data-source.js';
import { VersionClassifier1760000008000 } from '../src/migrations/1760000008000-version-classifier.js';

describe('a database of before there were versions', () => {
  let database: OlderDatabase;

  beforeAll(async () => {
    database = await OlderDatabase.before(registers, VersionClassifier1760000008000);
    const { owner } = database;
    await owner.query(
      `INSERT INTO classifier (code, name_en, purpose, kind, author) VALUES ('KL_COUNTY', 'Counties', 'Place', 'flat', 'ISO')`,
    );
    await owner.query(
      `INSERT INTO classifier_item (classifier_code, code, ordinal, name_lt) VALUES ('KL_COUNTY', 'LT-KU', 1, 'Kauno')`,
    );
  });
  afterAll(() => database.drop());

  it('keeps its lists as version 1, and goes back without losing it', async () => {
    const before = await database.owner.query('SELECT * FROM classifier_item');
    await database.migrate();
    const { owner } = database;
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
