import type { DataSource, EntityTarget } from 'typeorm';
import type { Statement } from '@meistras/platform/database/prepared';
import { selectList, tableOf } from '@meistras/platform/database/rows';
import type { Table } from '@meistras/platform/database/rows';
import { asOfSql, withPeriodsSql } from './as-of.js';
import type { BothTimes } from './as-of.js';
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
  /** SQL on `e`, without parameters. */
  where?: string[];
  after?: string;
  limit: number;
}

/** How a value comes into a statement: as a parameter, or, where there are none, as a literal. */
export type Put = (value: unknown) => string;

/**
 * FROM and WHERE of entries as they stand, or as of both times: then by the period that was believed, and of an entry
 * without a history by its row (R-REG-26, F-REG-4).
 */
export function fromWhere(
  { name, columns }: Table,
  { conditions, after, where: more = [] }: Omit<Wanted, 'limit'>,
  asOf: BothTimes | undefined,
  put: Put,
): string {
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
  where.push(...more);
  if (after !== undefined) where.push(`e.id > ${put(after)}`);
  const joins: string[] = [];
  if (asOf) {
    const parts = asOfSql('e', `${put(asOf.validOn)}::date`, put(asOf.knownOn));
    joins.push(parts.joins);
    where.push(parts.holds);
  }
  return `FROM "${name}" e ${joins.join(' ')} ${where.length > 0 ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY e.id`;
}

/** Reads one entry by its id: as it stands, or with all that was believed of it (`asOfTimes`). */
export function byIdStatement<E extends RegisterEntry>(
  source: DataSource,
  entity: EntityTarget<E>,
  withPeriods: boolean,
): Statement {
  const { name } = tableOf(source, entity);
  const own = selectList(source, entity, 'e');
  if (!withPeriods) return { name: `${name}-by-id`, text: `SELECT ${own} FROM "${name}" e WHERE e.id = $1` };
  const { columns, joins, order } = withPeriodsSql('e');
  return {
    name: `${name}-by-id-with-periods`,
    text: `SELECT ${own}, ${columns} FROM "${name}" e ${joins} WHERE e.id = $1 ${order}`,
  };
}

/** Reads entries of a register; `entryOf` makes the rows entries. */
export function readStatement<E extends RegisterEntry>(
  source: DataSource,
  entity: EntityTarget<E>,
  wanted: Wanted,
  asOf: BothTimes | undefined,
): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const put: Put = (value) => `$${values.push(value)}`;
  const rest = fromWhere(tableOf(source, entity), wanted, asOf, put);
  const columns = `${selectList(source, entity, 'e')}${asOf ? ', to_jsonb(p) AS "asOfPeriod"' : ''}`;
  return { text: `SELECT ${columns} ${rest} LIMIT ${put(wanted.limit)}`, values };
}
