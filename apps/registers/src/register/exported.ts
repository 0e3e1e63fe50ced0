import pg from 'pg';
import type { DataSource, EntityTarget } from 'typeorm';
import { tableOf } from '@meistras/platform/database/rows';
import { formulaSafe } from '@meistras/platform/exports/exports';
import type { Exported } from '@meistras/platform/exports/exports';
import type { BothTimes } from './as-of.js';
import type { RegisterEntry } from './register-entry.js';
import { fromWhere } from './register.queries.js';
import type { Put, Wanted } from './register.queries.js';

/** A property of exported entries that is not a column of theirs. */
export interface ExportedColumn {
  property: string;
  type: string;
  /** SQL on `e`. */
  value: string;
}

/** Of which entries an export is, what it leaves out of them, and what it shows beside them. */
export interface ExportScope extends Pick<Wanted, 'conditions' | 'where'> {
  /** Properties that nobody is shown. */
  without?: readonly string[];
  /** Properties that are the same at all times: no period has them. */
  timeless?: readonly string[];
  also?: ExportedColumn[];
}

/** Entries of the institutions of a reach, for an export; null for all. */
export function ofInstitutions(reach: string[] | null): { where: string[]; filter: string } {
  if (reach === null) return { where: [], filter: '' };
  const condition = `e.institution_id = ANY(${pg.escapeLiteral(`{${reach.join(',')}}`)}::uuid[])`;
  return { where: [condition], filter: `WHERE ${condition}` };
}

const instant = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** The same entries for an export, as JSON that equals their answers, and as a table. */
export function exportStatements<E extends RegisterEntry>(
  source: DataSource,
  entity: EntityTarget<E>,
  { without = [], timeless = [], also = [], ...scope }: ExportScope,
  asOf: BothTimes | undefined,
): Exported {
  const table = tableOf(source, entity);
  const put: Put = (value) => pg.escapeLiteral(String(value));
  const rest = fromWhere(table, scope, asOf, put);
  const shown = table.columns.filter(({ property }) => !without.includes(property));
  const parts = shown.map(({ name, property, type }) => {
    const now = type === 'timestamptz' ? instant(`e."${name}"`) : `e."${name}"`;
    if (!asOf) return { property, type, value: now };
    // A period's own columns bear the entry's names; all else it has among its facts.
    const then = aboutPeriod.has(property)
      ? type === 'timestamptz'
        ? instant(`p."${name}"`)
        : `p."${name}"`
      : type === 'jsonb'
        ? `p.facts->'${property}'`
        : `(p.facts->>'${property}')::${type}`;
    const same = property === 'id' || property === 'version' || timeless.includes(property);
    return { property, type, value: same ? now : `CASE WHEN p.id IS NULL THEN ${now} ELSE ${then} END` };
  });
  parts.push(...also);
  const pairs = parts.map(({ property, value }) => `'${property}', ${value}`).join(', ');
  const cells = parts.map(
    ({ property, type, value }) => `${type === 'text' ? formulaSafe(value) : value} AS "${property}"`,
  );
  return {
    ndjson: `SELECT json_strip_nulls(json_build_object(${pairs})) ${rest}`,
    csv: `SELECT ${cells.join(', ')} ${rest}`,
  };
}

const aboutPeriod = new Set(['validFrom', 'validTo', 'recordedAt', 'provider', 'legalBasis', 'reason']);
