import type { DataSource, EntityTarget } from 'typeorm';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import type { RegisterEntry } from './register-entry.js';

/** A property that an entry must have: equal to the value, or beginning with it. */
export interface Condition {
  property: string;
  value: string | number | undefined;
  prefix?: true;
}

export interface Wanted {
  /** One without a value is no condition. */
  conditions: Condition[];
  after?: string;
  limit: number;
}

export interface BothTimes {
  validOn: string;
  knownOn: string;
}

/** A period as the statement answers it beside its entry, in JSON. */
export interface PeriodRow {
  facts: Record<string, unknown>;
  valid_from: string;
  valid_to: string | null;
  recorded_at: string;
  provider: string;
  legal_basis: string | null;
  reason: string | null;
}

/** By the end of a day in the national zone. */
const knownBy = (day: string): string => `((${day}::date + 1)::timestamp AT TIME ZONE 'Europe/Vilnius')`;

/**
 * Reads entries of a register as they stand, or as of both times: then by the period that was believed, and of an entry
 * without a history by its row (R-REG-26, F-REG-4).
 */
export function readStatement<E extends RegisterEntry>(
  source: DataSource,
  entity: EntityTarget<E>,
  { conditions, after, limit }: Wanted,
  asOf: BothTimes | undefined,
): { text: string; values: unknown[] } {
  const { name, columns } = tableOf(source, entity);
  const values: unknown[] = [];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const where = conditions
    .filter(({ value }) => value !== undefined)
    .map(({ property, value, prefix }) => {
      const column = columns.find((each) => each.property === property);
      if (!column) throw new Error(`${name} has no property ${property}.`);
      const wanted = put(prefix ? `${String(value).replaceAll(/[\\%_]/g, '\\$&')}%` : value);
      const operator = prefix ? 'LIKE' : '=';
      const now = `e."${column.name}" ${operator} ${wanted}::${column.type}`;
      // The id is the same at all times.
      if (!asOf || property === 'id') return now;
      return `CASE WHEN p.id IS NULL THEN ${now} ELSE p.facts->>'${property}' ${operator} ${wanted}::text END`;
    });
  if (after !== undefined) where.push(`e.id > ${put(after)}`);
  const joins: string[] = [];
  if (asOf) {
    const [day, known] = [`${put(asOf.validOn)}::date`, knownBy(put(asOf.knownOn))];
    const holds = (row: string): string =>
      `${row}.valid_from <= ${day} AND (${row}.valid_to IS NULL OR ${day} < ${row}.valid_to) AND ${row}.recorded_at < ${known}`;
    joins.push(
      `LEFT JOIN LATERAL (SELECT true AS changed FROM register_period h WHERE h.entry_id = e.id LIMIT 1) h ON true`,
      `LEFT JOIN LATERAL (SELECT * FROM register_period p WHERE p.entry_id = e.id AND ${holds('p')}
         AND (p.superseded_at IS NULL OR p.superseded_at >= ${known}) LIMIT 1) p ON true`,
    );
    where.push(`(p.id IS NOT NULL OR (h.changed IS NULL AND ${holds('e')}))`);
  }
  const text = `SELECT ${selectList(source, entity, 'e')}${asOf ? ', to_jsonb(p) AS "asOfPeriod"' : ''}
    FROM "${name}" e ${joins.join(' ')} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''}
    ORDER BY e.id LIMIT ${put(limit)}`;
  return { text, values };
}

/** The entry with the facts of its period, if one was asked for. */
export function entryOf<E extends RegisterEntry>({ asOfPeriod, ...row }: E & { asOfPeriod?: PeriodRow | null }): E {
  const entry = row as unknown as E;
  if (!asOfPeriod) return entry;
  const { facts, provider, reason } = asOfPeriod;
  return {
    ...entry,
    ...facts,
    validFrom: asOfPeriod.valid_from,
    validTo: asOfPeriod.valid_to,
    recordedAt: new Date(asOfPeriod.recorded_at),
    provider,
    legalBasis: asOfPeriod.legal_basis,
    reason,
  };
}
