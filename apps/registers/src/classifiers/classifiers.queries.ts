import type { DataSource, EntityManager } from 'typeorm';
import { selectList, tableOf, updateRows } from '@meistras/platform/database/rows';
import { formulaSafe } from '@meistras/platform/exports/exports';
import type { Exported } from '@meistras/platform/exports/exports';
import { ClassifierItem, ClassifierVersion } from './classifier.entity.js';
import type { VersionedItem } from './classifier.rules.js';

/** A classifier and a code in it. */
export type ItemKey = readonly [classifier: string, code: string];

/** The published version of each classifier that holds on a day. */
export async function versionsInForce(
  tx: EntityManager,
  classifiers: string[],
  day: string,
): Promise<Map<string, ClassifierVersion>> {
  const rows: ClassifierVersion[] = await tx.query(
    `SELECT ${selectList(tx, ClassifierVersion, 'v')} FROM classifier_version v
     WHERE v.classifier_code = ANY($1::text[]) AND v.state = 'PUBLISHED'
       AND daterange(v.valid_from, v.valid_to) @> $2::date`,
    [classifiers, day],
  );
  return new Map(rows.map((row) => [row.classifierCode, row]));
}

/** The published version that begins the latest; of those that begin before another version where one is given. */
export async function latestPublished(
  tx: EntityManager,
  classifier: string,
  before?: { validFrom: string | null; number: number },
): Promise<ClassifierVersion | undefined> {
  const [row]: ClassifierVersion[] = await tx.query(
    `SELECT ${selectList(tx, ClassifierVersion, 'v')} FROM classifier_version v
     WHERE v.classifier_code = $1 AND v.state = 'PUBLISHED' AND v.number IS DISTINCT FROM $3
       AND ($3::int IS NULL OR coalesce(v.valid_from, '-infinity') < coalesce($2::date, '-infinity'))
     ORDER BY coalesce(v.valid_from, '-infinity') DESC LIMIT 1`,
    [classifier, before?.validFrom ?? null, before?.number ?? null],
  );
  return row;
}

export interface ItemPageQuery {
  after: string;
  limit: number;
  parent?: string | undefined;
  validOn?: string | undefined;
  searchKey?: string | undefined;
}

/** Items of a version, by code. */
export async function itemsOf(
  tx: EntityManager,
  { classifierCode, number }: Pick<ClassifierVersion, 'classifierCode' | 'number'>,
  { after, limit, parent, validOn, searchKey }: ItemPageQuery,
): Promise<ClassifierItem[]> {
  return tx.query(
    `SELECT ${selectList(tx, ClassifierItem, 'i')} FROM classifier_item i
     WHERE i.classifier_code = $1 AND i.number = $2 AND i.code > $3
       AND ($5::text IS NULL OR i.parent_code = $5)
       AND ($6::date IS NULL OR daterange(i.valid_from, i.valid_to) @> $6::date)
       AND ($7::text IS NULL OR strpos(i.search_key, $7) > 0)
     ORDER BY i.code LIMIT $4`,
    [classifierCode, number, after, limit, parent ?? null, validOn ?? null, searchKey ?? null],
  );
}

/** Every item of a version, in the list's own order. */
export async function allItemsOf(
  tx: EntityManager,
  { classifierCode, number }: Pick<ClassifierVersion, 'classifierCode' | 'number'>,
): Promise<ClassifierItem[]> {
  return tx.query(
    `SELECT ${selectList(tx, ClassifierItem, 'i')} FROM classifier_item i
     WHERE i.classifier_code = $1 AND i.number = $2 ORDER BY i.ordinal, i.code`,
    [classifierCode, number],
  );
}

/** Stores a version as its next one. */
export async function saveVersion(
  tx: EntityManager,
  now: Date,
  version: ClassifierVersion,
): Promise<ClassifierVersion> {
  const saved = { ...version, version: version.version + 1, recordedAt: now };
  await updateRows(tx, ClassifierVersion, [saved]);
  return saved;
}

/** The codes of a classifier in all of its versions but one, each with the successor that the newest one names. */
export async function successorsIn(
  tx: EntityManager,
  classifier: string,
  but?: number,
): Promise<Map<string, string | null>> {
  const rows: { code: string; replaced_by: string | null }[] = await tx.query(
    `SELECT code, replaced_by FROM classifier_item
     WHERE classifier_code = $1 AND number IS DISTINCT FROM $2::int ORDER BY number`,
    [classifier, but ?? null],
  );
  return new Map(rows.map(({ code, replaced_by }) => [code, replaced_by]));
}

/** The items behind codes as each published version has them, in one query. */
export async function publishedItems(tx: EntityManager, wanted: ItemKey[]): Promise<Map<string, VersionedItem[]>> {
  const found = new Map<string, VersionedItem[]>();
  if (wanted.length === 0) return found;
  const rows: (ClassifierItem & { versionFrom: string | null; versionTo: string | null })[] = await tx.query(
    `SELECT ${selectList(tx, ClassifierItem, 'i')}, v.valid_from::text AS "versionFrom", v.valid_to::text AS "versionTo"
     FROM classifier_item i JOIN classifier_version v ON v.classifier_code = i.classifier_code AND v.number = i.number
     WHERE v.state = 'PUBLISHED' AND (i.classifier_code, i.code) IN (SELECT * FROM unnest($1::text[], $2::text[]))
     ORDER BY coalesce(v.valid_from, '-infinity')`,
    [wanted.map(([classifier]) => classifier), wanted.map(([, code]) => code)],
  );
  for (const { versionFrom, versionTo, ...item } of rows) {
    const key = keyOf([item.classifierCode, item.code]);
    found.set(key, [...(found.get(key) ?? []), { item, validFrom: versionFrom, validTo: versionTo }]);
  }
  return found;
}

export const keyOf = ([classifier, code]: ItemKey): string => `${classifier} ${code}`;

/** Items of all published versions, by list, version and code. */
export function exportedItems(source: DataSource): Exported {
  const columns = tableOf(source, ClassifierItem).columns.map(({ name, property, type }) => {
    const value = `i."${name}"`;
    return {
      pair: `'${property}', ${value}`,
      cell: `${type === 'text' ? formulaSafe(value) : value} AS "${property}"`,
    };
  });
  const from = `FROM classifier_item i
    JOIN classifier_version v ON v.classifier_code = i.classifier_code AND v.number = i.number
    WHERE v.state = 'PUBLISHED' ORDER BY i.classifier_code, i.number, i.code`;
  return {
    ndjson: `SELECT json_strip_nulls(json_build_object(${columns.map(({ pair }) => pair).join(', ')})) ${from}`,
    csv: `SELECT ${columns.map(({ cell }) => cell).join(', ')} ${from}`,
  };
}
