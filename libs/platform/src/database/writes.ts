import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Batcher } from './batcher.js';
import { preparedIn } from './prepared.js';
import { columnArrays, insertOneText, insertText, rowValues, updateOneText, updateText } from './rows.js';
import type { Table } from './rows.js';

/** New rows of one table. */
export interface Insert {
  table: Table;
  rows: ObjectLiteral[];
}

/**
 * Stores rows of several tables, all or nothing, with one statement: no BEGIN, no COMMIT, one round trip. What arrives
 * while others are being stored is stored together with its like. For new rows that need nothing read before them; all
 * else is a transaction.
 */
@Injectable()
export class Writes {
  private readonly pool: pg.Pool;
  private readonly batchers = new Map<string, Batcher<Insert[], void>>();

  constructor(dataSource: DataSource) {
    this.pool = (dataSource.driver as PostgresDriver).master as pg.Pool;
  }

  /** Throws the driver's error when the schema refuses a row. */
  async commit(inserts: Insert[]): Promise<void> {
    const some = inserts.filter(({ rows }) => rows.length > 0);
    if (some.length > 0) await this.batcherOf(some.map(({ table }) => table)).run(some);
  }

  private batcherOf(tables: Table[]): Batcher<Insert[], void> {
    const key = tables.map(({ name }) => name).join(' ');
    let batcher = this.batchers.get(key);
    if (!batcher) {
      const name = `writes-${this.batchers.size}`;
      const text = statementOf(tables);
      batcher = new Batcher<Insert[], void>(async (items) => {
        const values = tables.flatMap((table, i) =>
          columnArrays(
            table,
            items.flatMap((item) => item[i]?.rows ?? []),
          ),
        );
        await this.pool.query({ name, text, values });
        return items.map(() => undefined);
      });
      this.batchers.set(key, batcher);
    }
    return batcher;
  }
}

/** Rows that stand in for those of their primary keys. */
export interface Replacement extends Insert {
  replaces: true;
}

/** A part of a statement in words of its own; its parameters are numbered from `first` on. */
export interface Part {
  name: string;
  text: (first: number) => string;
  values: unknown[];
}

function partOf(stored: Insert | Replacement): Part {
  const { table, rows } = stored;
  const replaces = 'replaces' in stored;
  const name = `${replaces ? 'changed' : 'new'}_${table.name}`;
  const [row] = rows;
  if (row && rows.length === 1) {
    const text = (first: number): string => (replaces ? updateOneText(table, first) : insertOneText(table, first));
    return { name, text, values: rowValues(table, row) };
  }
  const text = (first: number): string => (replaces ? updateText(table, first) : insertText(table, first));
  return { name, text, values: columnArrays(table, rows) };
}

/**
 * Stores what belongs together with one statement of a transaction, in which the caller has read what it rests on. No part
 * sees what another one wrote, but by its name what it returns. Answers the rows of `result`.
 */
export async function storeTogether<Row extends object>(
  tx: EntityManager,
  rowsAndParts: (Insert | Replacement | Part)[],
  result: Part = { name: 'done', text: () => 'SELECT 1', values: [] },
): Promise<Row[]> {
  const parts = rowsAndParts.map((each) => ('table' in each ? partOf(each) : each));
  let first = 1;
  const textOf = ({ text, values }: Part): string => {
    const numbered = text(first);
    first += values.length;
    return numbered;
  };
  const before = parts.map((part) => `${part.name} AS (${textOf(part)})`).join(', ');
  const text = `WITH ${before} ${textOf(result)}`;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22);
  return preparedIn<Row>(
    tx,
    { name: `store-${name}`, text },
    [...parts, result].flatMap(({ values }) => values),
  );
}

/** `WITH … AS (INSERT …), … INSERT …`: PostgreSQL runs each part, whether or not its result is read. */
function statementOf(tables: Table[]): string {
  let first = 1;
  const inserts = tables.map((table) => {
    const text = insertText(table, first);
    first += table.columns.length;
    return text;
  });
  const last = inserts.pop() ?? '';
  const others = inserts.map((text, i) => `w${i} AS (${text})`);
  return others.length === 0 ? last : `WITH ${others.join(', ')} ${last}`;
}
