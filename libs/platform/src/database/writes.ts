import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager, ObjectLiteral } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { Batcher } from './batcher.js';
import { preparedIn } from './prepared.js';
import { columnArrays, insertText, updateText } from './rows.js';
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

const isReplacement = (part: Insert | Replacement): part is Replacement => 'replaces' in part;

/**
 * Stores rows of several tables with one statement of a transaction. The caller has read what they rest on in it; no table
 * stands there twice.
 */
export async function storeTogether(tx: EntityManager, parts: (Insert | Replacement)[]): Promise<void> {
  const name = `store ${parts.map((part) => `${isReplacement(part) ? '=' : '+'}${part.table.name}`).join(' ')}`;
  const values = parts.flatMap(({ table, rows }) => columnArrays(table, rows));
  await preparedIn(tx, { name, text: textOf(parts) }, values);
}

const statementOf = (tables: Table[]): string => textOf(tables.map((table) => ({ table, rows: [] })));

/** `WITH … AS (INSERT …), … INSERT …`: PostgreSQL runs each part, whether or not its result is read. */
function textOf(parts: (Insert | Replacement)[]): string {
  let first = 1;
  const texts = parts.map((part) => {
    const text = isReplacement(part) ? updateText(part.table, first) : insertText(part.table, first);
    first += part.table.columns.length;
    return text;
  });
  const last = texts.pop() ?? '';
  const others = texts.map((text, i) => `w${i} AS (${text})`);
  return others.length === 0 ? last : `WITH ${others.join(', ')} ${last}`;
}
