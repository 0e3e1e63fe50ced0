import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import { ServiceConfig } from '../config/config.js';
import { poolSettingsOf } from './data-source.js';
import type { Statement } from './prepared.js';

/**
 * The institutions whose rows a statement may see; null for all. Row-level security reads it from the setting
 * `meistras.reach`; where nobody set it, nothing is visible.
 */
export type Reach = readonly string[] | null;

/** A reach as the setting has it. */
export const settingOf = (reach: Reach): string => (reach === null ? '*' : `{${reach.join(',')}}`);

/** Gives the rest of a transaction its reach; it ends with the transaction. */
export async function setReach(tx: EntityManager, reach: Reach): Promise<void> {
  await tx.query(`SELECT set_config('meistras.reach', $1, true)`, [settingOf(reach)]);
}

/**
 * Named prepared statements within a reach, outside of transactions. They have connections of their own: a connection
 * keeps its reach from one statement to the next, so that most statements cost one round trip, and nothing else may ever
 * run with the reach that is left on it. Needs sessions: no pooler that shares them out by transaction may stand between.
 */
@Injectable()
export class ReachedReads implements OnApplicationShutdown {
  private readonly pool: pg.Pool;
  private readonly settings = new WeakMap<pg.PoolClient, string>();

  constructor(config: ServiceConfig) {
    this.pool = new pg.Pool({
      connectionString: config.DATABASE_URL,
      ...poolSettingsOf(config),
      max: Math.ceil(config.DATABASE_POOL_SIZE / 2),
    });
    // An idle connection that breaks is replaced; without a listener it would end the process.
    this.pool.on('error', () => undefined);
  }

  async rows<Row extends object>(reach: Reach, { name, text, generic }: Statement, values: unknown[]): Promise<Row[]> {
    const client = await this.pool.connect();
    try {
      await this.give(client, settingOf(reach), generic ? 'force_generic_plan' : 'auto');
      const { rows } = await client.query<Row>({ name, text, values });
      client.release();
      return rows;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** Awaited before the statement is sent: a connection whose reach could not be changed must not run it. */
  private async give(client: pg.PoolClient, reach: string, planMode: string): Promise<void> {
    const settings = `${planMode} ${reach}`;
    if (this.settings.get(client) === settings) return;
    this.settings.delete(client);
    const text = `SELECT set_config('meistras.reach', $1, false), set_config('plan_cache_mode', $2, false)`;
    await client.query({ name: 'reach', text, values: [reach, planMode] });
    this.settings.set(client, settings);
  }
}
