import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';

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

/** A table as statements by hand see it: its columns, and the property of a row that each is filled from. */
export interface Table {
  name: string;
  columns: readonly { name: string; property: string; type: string; isKey?: boolean }[];
}

const tables = new WeakMap<EntityMetadata, Table>();

/** The table of an entity. */
export function tableOf<T extends ObjectLiteral>(source: Source, entity: EntityTarget<T>): Table {
  const metadata = metadataOf(source, entity);
  let table = tables.get(metadata);
  if (!table) {
    const columns = metadata.columns.map(({ databaseName, propertyName, type, isPrimary, isArray }) => ({
      name: databaseName,
      property: propertyName,
      type: isArray ? `${String(type)}[]` : String(type),
      isKey: isPrimary,
    }));
    tables.set(metadata, (table = { name: metadata.tableName, columns }));
  }
  return table;
}

/** One array per column: a statement of one text, however many rows it takes. `first` numbers its parameters. */
function unnest({ columns }: Table, first = 1): string {
  const elementOf = (type: string): string => (isArray(type) ? 'text' : type);
  return `unnest(${columns.map(({ type }, i) => `$${first + i}::${elementOf(type)}[]`).join(', ')})`;
}

/** Arrays of arrays would be taken apart: a column of arrays travels as text. */
const isArray = (type: string): boolean => type.endsWith('[]');
const valueOf = (type: string, value: string): string => (isArray(type) ? `${value}::${type}` : value);
const valuesOf = ({ columns }: Table): string =>
  columns.map(({ name, type }) => valueOf(type, quoted(name))).join(', ');

const namesOf = ({ columns }: Table): string => columns.map(({ name }) => quoted(name)).join(', ');

/**
 * An insert of any number of rows, in their order; its parameters are those of `columnArrays`. `behind` is a part of the same
 * statement, of one row, that must be done before.
 */
export function insertText(table: Table, first = 1, behind?: string): string {
  const names = namesOf(table);
  const after = behind === undefined ? '' : `, ${behind}`;
  return `INSERT INTO ${quoted(table.name)} (${names})
    SELECT ${valuesOf(table)} FROM ${unnest(table, first)} WITH ORDINALITY AS r (${names}, row_position)${after} ORDER BY row_position`;
}

export function columnArrays({ columns }: Table, rows: ObjectLiteral[]): string[] {
  return columns.map(({ property, type }) => {
    const isJson = type.startsWith('json');
    return arrayText(
      rows.map((row) => {
        const value: unknown = row[property];
        if (isArray(type) && Array.isArray(value)) return arrayText(value);
        return isJson && value !== null && value !== undefined ? JSON.stringify(value) : value;
      }),
    );
  });
}

/** What an element of an array must be quoted for. */
const quotable = /[{},"\\\s]|^$|^null$/i;

/** An array as the database reads it, `{a,"b c",NULL}`. The driver makes the same, in four times the time. */
export function arrayText(values: readonly unknown[]): string {
  let text = '';
  for (const value of values) {
    const element = elementOf(value);
    text += text === '' ? element : `,${element}`;
  }
  return `{${text}}`;
}

function elementOf(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return quotable.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof Date) return `"${value.toISOString()}"`;
  if (Buffer.isBuffer(value)) return `"\\\\x${value.toString('hex')}"`;
  return Array.isArray(value) ? arrayText(value) : elementOf(JSON.stringify(value));
}

/** An insert of these rows, in their order. What all say alike, as of events, is sent once. */
export function insertOf(table: Table, rows: ObjectLiteral[]): [text: string, values: unknown[]] {
  const [first = {}] = rows;
  const isAlike = ({ property }: Table['columns'][number]): boolean =>
    rows.every((row) => row[property] === first[property]);
  const [key, ...others] = table.columns;
  const alike = others.filter(isAlike);
  const own = { name: table.name, columns: [key!, ...others.filter((column) => !alike.includes(column))] };
  const once = alike.map(({ name, type }, i) => `$${own.columns.length + 1 + i}::${type} AS ${quoted(name)}`);
  const names = namesOf(table);
  const text = `INSERT INTO ${quoted(table.name)} (${names}) SELECT ${valuesOf(table)}
    FROM ${unnest(own)} WITH ORDINALITY AS r (${namesOf(own)}, row_position), (SELECT ${once.join(', ')}) AS alike
    ORDER BY row_position`;
  const values = alike.map(({ property, type }) => parameterOf(type, first[property]));
  return [text, [...columnArrays(own, rows), ...values]];
}

/** Inserts any number of rows with one statement. */
export async function insertRows<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  rows: T[],
): Promise<void> {
  if (rows.length > 0) await tx.query(...insertOf(tableOf(tx, entity), rows));
}

/** A row in which what may be null may also be left out. */
export type LooseRow<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: T[K] | undefined;
};

/** Stores rows as the newest of their primary keys, with one statement. Of several with one key the last holds. */
export async function upsertRows(
  tx: EntityManager,
  entity: EntityTarget<ObjectLiteral>,
  rows: object[],
): Promise<void> {
  const table = tableOf(tx, entity);
  const keys = table.columns.filter(({ isKey }) => isKey);
  const others = table.columns.filter(({ isKey }) => !isKey).map(({ name }) => quoted(name));
  const keyOf = (row: ObjectLiteral): string => JSON.stringify(keys.map(({ property }) => row[property] as unknown));
  const newest = [...new Map(rows.map((row) => [keyOf(row), row])).values()];
  await tx.query(
    `${insertText(table)} ON CONFLICT (${keys.map(({ name }) => quoted(name)).join(', ')})
     DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(', ')}`,
    columnArrays(table, newest),
  );
}

/** An update of any number of rows, found by their primary key; its parameters are those of `columnArrays`. */
export function updateText(table: Table, first = 1): string {
  const pairs = (wanted: boolean, of: (name: string, type: string) => string): string[] =>
    table.columns.filter(({ isKey = false }) => isKey === wanted).map(({ name, type }) => of(quoted(name), type));
  return `UPDATE ${quoted(table.name)} t SET ${pairs(false, (name, type) => `${name} = ${valueOf(type, `r.${name}`)}`).join(', ')}
     FROM ${unnest(table, first)} AS r (${namesOf(table)}) WHERE ${pairs(true, (name) => `t.${name} = r.${name}`).join(' AND ')}`;
}

/** Replaces any number of rows, found by their primary key, with one statement. */
export async function updateRows<T extends ObjectLiteral>(
  tx: EntityManager,
  entity: EntityTarget<T>,
  rows: T[],
): Promise<void> {
  if (rows.length === 0) return;
  const table = tableOf(tx, entity);
  await tx.query(updateText(table), columnArrays(table, rows));
}

/** One row's values for `insertOneText` and `updateOneText`. */
export function rowValues({ columns }: Table, row: ObjectLiteral): unknown[] {
  return columns.map(({ property, type }) => parameterOf(type, row[property]));
}

function parameterOf(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  return type.startsWith('json') ? JSON.stringify(value) : value;
}

/** An insert of one row. Without arrays, whose length the database would guess wrongly and plan anew for each time. */
export function insertOneText(table: Table, first: number): string {
  const values = table.columns.map(({ type }, i) => `$${first + i}::${type}`);
  return `INSERT INTO ${quoted(table.name)} (${namesOf(table)}) VALUES (${values.join(', ')})`;
}

/** The same to replace one, found by its primary key. */
export function updateOneText({ name, columns }: Table, first: number): string {
  const pairs = (wanted: boolean): string[] =>
    columns.flatMap((column, i) =>
      (column.isKey ?? false) === wanted ? [`${quoted(column.name)} = $${first + i}::${column.type}`] : [],
    );
  return `UPDATE ${quoted(name)} SET ${pairs(false).join(', ')} WHERE ${pairs(true).join(' AND ')}`;
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
