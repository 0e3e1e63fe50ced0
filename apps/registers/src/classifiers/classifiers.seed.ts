import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { QueryRunner } from 'typeorm';
import type { Seed } from '@meistras/platform/bootstrap/service-definition';
import { readSeedFiles } from './seed-files.js';
import type { SeedClassifier, SeedVersion } from './seed-files.js';

/** A file here is a classifier of the release: `KL_X.json` its head and versions, `KL_X.<number>.csv` their items. */
const folder = new URL('../../data/classifiers/', import.meta.url);
const files = new Map(
  readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);

/** Counts changes of how files become rows: databases that specs are cloned from are made anew. */
const format = 1;

export const seedClassifiers = readSeedFiles(files);

/**
 * The code lists that come with the release. What an officer has said stays; what left a file stays too, because items end
 * and are not deleted (R-REG-25).
 */
export const classifierSeed: Seed = {
  digest: createHash('sha256')
    .update(JSON.stringify([format, ...files]))
    .digest('hex'),
  run: async (runner) => {
    for (const classifier of seedClassifiers) await storeClassifier(runner, classifier);
  },
};

/** One transaction: in it `now()` stands still, so rows of this very run are known by it. */
async function storeClassifier(runner: QueryRunner, classifier: SeedClassifier): Promise<void> {
  await runner.startTransaction();
  try {
    await storeHead(runner, classifier);
    for (const version of classifier.versions) {
      await storeVersion(runner, classifier.code, version);
      await storeItems(runner, classifier.code, version);
    }
    await runner.commitTransaction();
  } catch (error) {
    await runner.rollbackTransaction();
    throw error;
  }
}

const headFacts = ['name_lt', 'name_en', 'name_vi', 'purpose', 'type', 'author', 'act', 'parent_classifier'];

async function storeHead(runner: QueryRunner, { code, names, ...head }: SeedClassifier): Promise<void> {
  const { purpose, type, author, act = null, parentClassifier = null } = head;
  const all = (from: string): string => headFacts.map((name) => `${from}.${name}`).join(', ');
  await runner.query(
    `INSERT INTO classifier AS c (code, id, version, ${headFacts.join(', ')}, origin, recorded_at)
     VALUES ($1, uuidv7(), 1, $2, $3, $4, $5, $6, $7, $8, $9, 'RELEASE', now())
     ON CONFLICT (code) DO UPDATE SET ${headFacts.map((name) => `${name} = excluded.${name}`).join(', ')}, recorded_at = now()
     WHERE c.origin = 'RELEASE' AND (${all('c')}) IS DISTINCT FROM (${all('excluded')})`,
    [code, names.lt, names.en, names.vi ?? null, purpose, type, author, act, parentClassifier],
  );
}

/** A period that an officer's published version has already is not taken from it: the release's version stays a draft. */
async function storeVersion(runner: QueryRunner, code: string, version: SeedVersion): Promise<void> {
  const { number, state, validFrom = null, validTo = null, act = null } = version;
  const taken = `EXISTS (SELECT FROM classifier_version o WHERE o.classifier_code = $1 AND o.number <> $2
    AND o.state = 'PUBLISHED' AND daterange(o.valid_from, o.valid_to) && daterange($3::date, $4::date))`;
  await runner.query(
    `UPDATE classifier_version v SET valid_from = $3::date, valid_to = $4::date, act = $5, version = version + 1, recorded_at = now()
     WHERE classifier_code = $1 AND number = $2 AND origin = 'RELEASE'
       AND (valid_from, valid_to, act) IS DISTINCT FROM ($3::date, $4::date, $5::text)
       AND (state = 'DRAFT' OR NOT ${taken})`,
    [code, number, validFrom, validTo, act],
  );
  await runner.query(
    `INSERT INTO classifier_version (classifier_code, number, version, state, valid_from, valid_to, act, origin, recorded_at, published_at)
     SELECT $1, $2::int, 1, n.state, $3::date, $4::date, $5, 'RELEASE', now(), CASE n.state WHEN 'PUBLISHED' THEN now() END
     FROM (SELECT CASE WHEN ${taken} THEN 'DRAFT' ELSE $6::text END AS state) n
     WHERE EXISTS (SELECT FROM classifier c WHERE c.code = $1 AND c.origin = 'RELEASE')
     ON CONFLICT (classifier_code, number) DO NOTHING`,
    [code, number, validFrom, validTo, act, state],
  );
}

const itemColumns = [
  ['code', 'text'],
  ['ordinal', 'int'],
  ['parent_code', 'text'],
  ['name_lt', 'text'],
  ['name_en', 'text'],
  ['name_vi', 'text'],
  ['description_lt', 'text'],
  ['description_en', 'text'],
  ['description_vi', 'text'],
  ['valid_from', 'date'],
  ['valid_to', 'date'],
  ['replaced_by', 'text'],
  ['search_key', 'text'],
] as const;

/** Items that the release said are mended; missing ones come into its own versions alone. A change shows in the entity tag. */
async function storeItems(runner: QueryRunner, code: string, { number, items }: SeedVersion): Promise<void> {
  if (items.length === 0) return;
  const names = itemColumns.map(([name]) => name);
  const facts = names.slice(1);
  await runner.query(
    `WITH file AS (
       SELECT * FROM unnest(${itemColumns.map(([, type], at) => `$${at + 3}::${type}[]`).join(', ')}) AS f (${names.join(', ')})
     ), mended AS (
       UPDATE classifier_item i SET ${facts.map((name) => `${name} = f.${name}`).join(', ')} FROM file f
       WHERE i.classifier_code = $1 AND i.number = $2 AND i.code = f.code AND i.origin = 'RELEASE'
         AND (${facts.map((name) => `i.${name}`).join(', ')}) IS DISTINCT FROM (${facts.map((name) => `f.${name}`).join(', ')})
       RETURNING 1
     ), added AS (
       INSERT INTO classifier_item (classifier_code, number, origin, ${names.join(', ')})
       SELECT v.classifier_code, v.number, 'RELEASE', ${names.map((name) => `f.${name}`).join(', ')}
       FROM file f JOIN classifier_version v ON v.classifier_code = $1 AND v.number = $2::int AND v.origin = 'RELEASE'
       ON CONFLICT (classifier_code, code, number) DO NOTHING RETURNING 1
     )
     UPDATE classifier_version v SET version = version + 1, recorded_at = now()
     WHERE v.classifier_code = $1 AND v.number = $2::int AND v.recorded_at <> now()
       AND (EXISTS (SELECT FROM mended) OR EXISTS (SELECT FROM added))`,
    [code, number, ...names.map((name) => items.map((item) => item[name]))],
  );
}
