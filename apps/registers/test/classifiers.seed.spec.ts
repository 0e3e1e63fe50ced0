import { describe, expect, it } from '@jest/globals';
import { adminUrl } from '@meistras/testing/test-database';
import { DataSource } from 'typeorm';
import { draftFaults } from '../src/classifiers/classifier-version.rules.js';
import { Classifier, ClassifierItem, ClassifierVersion } from '../src/classifiers/classifier.entity.js';
import { seedClassifiers } from '../src/classifiers/classifiers.seed.js';
import { readSeedFiles } from '../src/classifiers/seed-files.js';
import { registers } from '../src/data-source.js';
import { registrar, startRegisters } from './builders.js';

const api = startRegisters();

/** As the owner of the tables does it after every migration; `before` is what had happened. */
async function seedAfter(...before: string[]): Promise<void> {
  const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
  const url = new URL(adminUrl());
  url.pathname = `/${row?.name ?? ''}`;
  const owner = await new DataSource({ type: 'postgres', url: url.toString() }).initialize();
  const runner = owner.createQueryRunner();
  try {
    await runner.query(`SET session_replication_role = 'replica'`);
    for (const statement of before) await runner.query(statement);
    await runner.query(`SET session_replication_role = 'origin'`);
    await registers.seed?.run(runner);
  } finally {
    await runner.release();
    await owner.destroy();
  }
}

const everything = async (): Promise<object[]> => [
  await api.db.getRepository(Classifier).find({ order: { code: 'ASC' } }),
  await api.db.getRepository(ClassifierVersion).find({ order: { classifierCode: 'ASC', number: 'ASC' } }),
  await api.db.getRepository(ClassifierItem).find({ order: { classifierCode: 'ASC', number: 'ASC', code: 'ASC' } }),
];
const county = (code: string): Promise<ClassifierItem | null> =>
  api.db.getRepository(ClassifierItem).findOneBy({ classifierCode: 'KL_COUNTY', number: 1, code });
const tagOf = async (code: string): Promise<string> =>
  (await api.as(registrar).get(`/classifiers/${code}/versions/1`).expect(200)).headers['etag'] ?? '';

function codesOf(classifier: string): Set<string> {
  const { versions = [] } = seedClassifiers.find(({ code }) => code === classifier) ?? {};
  return new Set(versions.flatMap(({ items }) => items.map(({ code }) => code)));
}

describe('the code lists of the release', () => {
  it.each(seedClassifiers.map((classifier) => [classifier.code, classifier] as const))(
    '%s is sound: names in Lithuanian and English, parents, no code twice (R-REG-24)',
    (code, { names, parentClassifier, versions }) => {
      expect(code).toMatch(/^KL_[A-Z0-9_]{1,40}$/);
      expect(names.lt && names.en).toBeTruthy();
      for (const { items } of versions) {
        const facts = items.map((item) => ({
          code: item.code,
          parentCode: item.parent_code,
          validFrom: item.valid_from,
          validTo: item.valid_to,
          replacedBy: item.replaced_by,
        }));
        const above = parentClassifier === undefined ? undefined : codesOf(parentClassifier);
        expect(draftFaults(facts, new Set(), above)).toEqual([]);
        expect(items.filter((item) => item.name_lt === null || item.name_en === null)).toEqual([]);
      }
    },
  );

  it('are loaded again without any change', async () => {
    const before = await everything();
    await seedAfter();
    expect(await everything()).toEqual(before);
    expect(await api.events('registers.classifier')).toEqual([]);
  });

  it('are mended where something is missing or other; what is no longer there stays', async () => {
    const tag = await tagOf('KL_COUNTY');
    await seedAfter(
      `DELETE FROM classifier_item WHERE code = 'LT-16'`,
      `UPDATE classifier_item SET name_lt = 'x' WHERE code = 'LT-KU'`,
      `UPDATE classifier SET purpose = 'x' WHERE code = 'KL_COUNTY'`,
      `INSERT INTO classifier_item (classifier_code, number, code, ordinal, search_key, origin)
       VALUES ('KL_COUNTY', 1, 'LT-OLD', 99, 'lt-old', 'RELEASE')`,
    );
    const { body } = await api.anonymous().get('/classifiers/KL_MUNICIPALITY/items?limit=500').expect(200);
    expect(body.items).toHaveLength(60);
    expect(await county('LT-KU')).toMatchObject({ nameLt: 'Kauno apskritis' });
    expect(await county('LT-OLD')).not.toBeNull();
    expect(await api.db.getRepository(Classifier).findOneBy({ code: 'KL_COUNTY' })).toMatchObject({
      purpose: 'Place of an institution, by ISO 3166-2',
    });
    expect(await tagOf('KL_COUNTY')).not.toBe(tag);
  });

  it('leave alone what an officer changed', async () => {
    const officer = api.as(registrar);
    const path = '/classifiers/KL_COUNTY/versions/1';
    const end = { validTo: '2030-01-01', replacedBy: 'LT-VL' };
    await officer.put(`${path}/items/LT-UT/end`, end, { 'if-match': await tagOf('KL_COUNTY') }).expect(200);
    const period = { validTo: '2035-01-01', act: 'V-77' };
    await officer.put(path, period, { 'if-match': await tagOf('KL_COUNTY') }).expect(200);
    await seedAfter(`UPDATE classifier_item SET name_lt = 'x' WHERE code = 'LT-TE'`);
    expect(await county('LT-UT')).toMatchObject({ validTo: '2030-01-01', replacedBy: 'LT-VL', origin: 'OFFICER' });
    expect(await county('LT-TE')).toMatchObject({ nameLt: 'Telšių apskritis' });
    const version = await api.db.getRepository(ClassifierVersion).findOneBy({ classifierCode: 'KL_COUNTY' });
    expect(version).toMatchObject({ validTo: '2035-01-01', act: 'V-77' });
  });

  it('leave a draft alone that an officer has filled, and never publish over an officer’s version', async () => {
    const officer = api.as(registrar);
    const path = '/classifiers/KL_ISV_PRIEZ2/versions/2';
    const items = [{ code: '1', names: { lt: 'Baigė', en: 'Finished' } }];
    const { headers } = await officer.put(`${path}/items`, { items }, { 'if-match': '"1"' }).expect(200);
    await officer.post(`${path}/publish`, undefined, { 'if-match': headers['etag'] ?? '' }).expect(200);
    await seedAfter(
      `DELETE FROM classifier_item WHERE classifier_code = 'KL_LTQF_LEVEL'`,
      `DELETE FROM classifier_version WHERE classifier_code = 'KL_LTQF_LEVEL'`,
      `INSERT INTO classifier_version (classifier_code, number, version, state, origin, recorded_at)
       VALUES ('KL_LTQF_LEVEL', 2, 1, 'PUBLISHED', 'OFFICER', now())`,
    );
    const { body } = await officer.get(path).expect(200);
    expect(body).toMatchObject({ state: 'PUBLISHED', version: 3 });
    const levels = await api.db.getRepository(ClassifierVersion).findBy({ classifierCode: 'KL_LTQF_LEVEL' });
    expect(levels.map(({ number, state }) => [number, state]).sort()).toEqual([
      [1, 'DRAFT'],
      [2, 'PUBLISHED'],
    ]);
  });
});

describe('a new classifier', () => {
  it('is a file more, and one that belongs to none is a mistake', () => {
    const files = new Map([
      ['KL_X.json', JSON.stringify({ names: { lt: 'A', en: 'B' }, versions: [{ number: 1, state: 'PUBLISHED' }] })],
      ['KL_X.1.csv', 'code,nameLt,nameEn\n1,Ž,Z\n'],
    ]);
    expect(readSeedFiles(files)).toMatchObject([
      { code: 'KL_X', versions: [{ number: 1, items: [{ code: '1', ordinal: 1, search_key: '1 z z' }] }] },
    ]);
    expect(() => readSeedFiles(new Map([...files, ['KL_X.2.csv', 'code\n']]))).toThrow('KL_X.2.csv');
  });
});
