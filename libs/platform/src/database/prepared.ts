import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

/** A statement that every connection plans once: its name is unique in the service and never means another text. */
export interface Statement {
  name: string;
  text: string;
  /** One plan whatever its parameters are. Where planning costs more than reading, and no parameter changes the plan. */
  generic?: true;
}

/** The same inside a transaction, on its connection; outside of one it is an ordinary query. */
export async function preparedIn<Row extends object>(
  tx: EntityManager,
  { name, text }: Statement,
  values: unknown[],
): Promise<Row[]> {
  if (!tx.queryRunner) return tx.query(text, values);
  const client = (await tx.queryRunner.connect()) as pg.PoolClient;
  const { rows } = await client.query<Row>({ name, text, values });
  return rows;
}

/**
 * Named prepared statements on the service's own pool, past the query builder: for reads by key that are asked thousands
 * of times a second. Never inside a transaction, and for no write but the record of what is read (access-log).
 */
@Injectable()
export class Prepared {
  private readonly pool: pg.Pool;

  constructor(dataSource: DataSource) {
    this.pool = (dataSource.driver as PostgresDriver).master as pg.Pool;
  }

  async rows<Row extends object>({ name, text }: Statement, values: unknown[]): Promise<Row[]> {
    const { rows } = await this.pool.query<Row>({ name, text, values });
    return rows;
  }
}
