import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';

/** Where an entity's metadata is found: the DataSource, or a transaction on it. */
type Source = DataSource | EntityManager;

function metadataOf<T extends ObjectLiteral>(source: Source, entity: EntityTarget<T>): EntityMetadata {
  return ('dataSource' in source ? source.dataSource : source).getMetadata(entity);
}

const quoted = (name: string): string => `"${name}"`;

/**
 * The select list of an entity for a statement by hand, named by its properties: `l."given_name" AS "givenName", …`.
 * It follows the entity, so a new column needs no new statement. Days come as `YYYY-MM-DD`.
 */
export function selectList<T extends ObjectLiteral>(source: Source, entity: EntityTarget<T>, alias: string): string {
  return metadataOf(source, entity)
    .columns.map(({ databaseName, propertyName, type }) => {
      const column = `${alias}.${quoted(databaseName)}`;
      return `${type === 'date' ? `${column}::text` : column} AS ${quoted(propertyName)}`;
    })
    .join(', ');
}

/** Inserts any number of rows with one statement. */
export async function insertRows<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  rows: T[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tableName, columns } = metadataOf(tx, entity);
  const names = columns.map(({ databaseName }) => quoted(databaseName)).join(', ');
  await tx.query(`INSERT INTO ${quoted(tableName)} (${names}) SELECT * FROM ${unnest(columns)}`, arrays(columns, rows));
}

/** Replaces any number of rows, found by their primary key, with one statement. */
export async function updateRows<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  rows: T[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tableName, columns } = metadataOf(tx, entity);
  const names = columns.map(({ databaseName }) => quoted(databaseName));
  const set = columns
    .filter(({ isPrimary }) => !isPrimary)
    .map(({ databaseName }) => `${quoted(databaseName)} = r.${quoted(databaseName)}`);
  const keys = columns
    .filter(({ isPrimary }) => isPrimary)
    .map(({ databaseName }) => `t.${quoted(databaseName)} = r.${quoted(databaseName)}`);
  await tx.query(
    `UPDATE ${quoted(tableName)} t SET ${set.join(', ')} FROM ${unnest(columns)} AS r (${names.join(', ')})
     WHERE ${keys.join(' AND ')}`,
    arrays(columns, rows),
  );
}

/** One array per column: a statement of one text, however many rows it takes. */
function unnest(columns: ColumnMetadata[]): string {
  return `unnest(${columns.map(({ type }, i) => `$${i + 1}::${String(type)}[]`).join(', ')})`;
}

function arrays(columns: ColumnMetadata[], rows: ObjectLiteral[]): unknown[][] {
  return columns.map(({ propertyName, type }) =>
    rows.map((row) => {
      const value: unknown = row[propertyName];
      return value !== null && value !== undefined && type === 'jsonb' ? JSON.stringify(value) : (value ?? null);
    }),
  );
}

/** The object with these facts as its next version; undefined when it says all of them already. */
export function withFacts<T extends { version: number; recordedAt: Date }>(
  object: T,
  facts: Partial<T>,
  now: Date,
): T | undefined {
  const names = Object.keys(facts) as (keyof T)[];
  if (names.every((name) => isDeepStrictEqual(object[name], facts[name]))) return undefined;
  return { ...object, ...facts, version: object.version + 1, recordedAt: now };
}

/** Objects found by a natural key, and what rows that name them make of them: many rows, two statements. */
export class Upserts<T extends { version: number; recordedAt: Date }> {
  private readonly inserted = new Map<string, T>();
  private readonly updated = new Map<string, T>();

  constructor(
    private readonly stored: Map<string, T>,
    private readonly now: Date,
  ) {}

  /** The object as the rows before have left it. */
  find(key: string): T | undefined {
    return this.inserted.get(key) ?? this.updated.get(key) ?? this.stored.get(key);
  }

  /** Gives the object of a key these facts; makes it if there is none. */
  put(key: string, facts: Partial<T>, create: () => T): { outcome: 'created' | 'updated' | 'unchanged'; object: T } {
    const current = this.find(key);
    if (!current) {
      const object = create();
      this.inserted.set(key, object);
      return { outcome: 'created', object };
    }
    const object = withFacts(current, facts, this.now);
    if (!object) return { outcome: 'unchanged', object: current };
    (this.inserted.has(key) ? this.inserted : this.updated).set(key, object);
    return { outcome: 'updated', object };
  }

  async save(tx: EntityManager, entity: EntityTarget<T & ObjectLiteral>): Promise<void> {
    await insertRows(tx, entity, [...this.inserted.values()]);
    await updateRows(tx, entity, [...this.updated.values()]);
  }
}

/** Whether the schema refused a write by this constraint. */
export function violates(error: unknown, constraint: string): boolean {
  const { driverError, constraint: own } = error as { driverError?: { constraint?: string }; constraint?: string };
  return (driverError?.constraint ?? own) === constraint;
}
