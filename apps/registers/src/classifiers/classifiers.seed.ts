import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { QueryRunner } from 'typeorm';
import type { Seed } from '@meistras/platform/bootstrap/service-definition';
import type { Classifier } from './classifier.entity.js';
import { classifierCodes } from './classifier.rules.js';

type Cells = Record<string, string>;

interface SeedList {
  head: Classifier;
  /** File in `apps/registers/data`. */
  file: string;
  item: (cells: Cells) => { code: string; parent?: string; nameLt?: string; nameEn?: string };
}

const lists: SeedList[] = [
  {
    head: {
      code: classifierCodes.field,
      nameLt: null,
      nameEn: 'Fields of education and training (ISCED-F 2013)',
      purpose: 'Field of a programme; 2 digits broad, 3 narrow, 4 detailed',
      kind: 'international, hierarchical',
      author: 'UNESCO Institute for Statistics',
    },
    file: 'isced-f-2013.en.csv',
    item: ({ code = '', label_en = '' }) => ({
      code,
      nameEn: label_en,
      ...(code.length > 2 ? { parent: code.slice(0, -1) } : {}),
    }),
  },
  {
    head: {
      code: classifierCodes.county,
      nameLt: 'Apskritys',
      nameEn: 'Counties',
      purpose: 'Place of an institution, by ISO 3166-2',
      kind: 'territorial',
      author: 'ISO 3166-2:LT',
    },
    file: 'lt-counties.csv',
    item: ({ iso = '', name = '' }) => ({ code: iso, nameLt: name }),
  },
  {
    head: {
      code: classifierCodes.municipality,
      nameLt: 'Savivaldybės',
      nameEn: 'Municipalities',
      purpose: 'Place of an institution, home of a learner, by ISO 3166-2',
      kind: 'territorial, hierarchical',
      author: 'ISO 3166-2:LT',
    },
    file: 'lt-municipalities.csv',
    item: ({ iso = '', name = '', county_iso = '' }) => ({ code: iso, nameLt: name, parent: county_iso }),
  },
];

const folder = new URL('../../data/', import.meta.url);
const files = new Map(lists.map(({ file }) => [file, readFileSync(new URL(file, folder))]));

/** The code lists of `apps/registers/data`. What left a file stays in the table: items end, they are not deleted. */
export const classifierSeed: Seed = {
  digest: createHash('sha256')
    .update(Buffer.concat([...files.values()]))
    .update(JSON.stringify(lists))
    .digest('hex'),
  run: async (runner) => {
    for (const list of lists) await upsertList(runner, list);
  },
};

async function upsertList(runner: QueryRunner, { head, file, item }: SeedList): Promise<void> {
  const rows = parse<Cells>(files.get(file) ?? '', { columns: true, bom: true });
  const items = rows.map(item);
  await runner.query(
    `INSERT INTO classifier AS c (code, name_lt, name_en, purpose, kind, author) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (code) DO UPDATE SET name_lt = excluded.name_lt, name_en = excluded.name_en,
       purpose = excluded.purpose, kind = excluded.kind, author = excluded.author
     WHERE (c.*) IS DISTINCT FROM (excluded.*)`,
    [head.code, head.nameLt, head.nameEn, head.purpose, head.kind, head.author],
  );
  await runner.query(
    `INSERT INTO classifier_item AS i (classifier_code, code, ordinal, parent_code, name_lt, name_en)
     SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[], $5::text[], $6::text[])
     ON CONFLICT (classifier_code, code) DO UPDATE SET ordinal = excluded.ordinal,
       parent_code = excluded.parent_code, name_lt = excluded.name_lt, name_en = excluded.name_en
     WHERE (i.ordinal, i.parent_code, i.name_lt, i.name_en)
       IS DISTINCT FROM (excluded.ordinal, excluded.parent_code, excluded.name_lt, excluded.name_en)`,
    [
      head.code,
      items.map(({ code }) => code),
      items.map((_, at) => at + 1),
      items.map(({ parent }) => parent ?? null),
      items.map(({ nameLt }) => nameLt ?? null),
      items.map(({ nameEn }) => nameEn ?? null),
    ],
  );
}
