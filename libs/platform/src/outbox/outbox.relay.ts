import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { EntityManager } from 'typeorm';
import { Bus, busEventOf } from '../bus/bus.js';
import type { EventRow } from '../bus/bus.js';
import { ServiceConfig } from '../config/config.js';
import { LedLoopRunner } from '../loop/led-loop.js';

const batchSize = 1_000;
/** Commits of this process wake the relay; the poll finds those of other instances and of a process that died. */
const pollMs = 100;
/** How long it waits before each batch while rows are taken in bulk: their events are many, and nobody waits for them. */
const yieldMs = 500;

type OutboxRow = EventRow & { xid: string; id: string };

/**
 * Publishes the outbox in the order in which transactions began to write. The cursor is `(xid, id)` and only rows below the
 * oldest running transaction are read: an `id >` cursor would skip what a slower transaction commits behind it. One relay of
 * a service works at a time (a session lock); a crash between publishing and marking publishes again, and consumers ignore
 * the second time.
 */
@Injectable()
export class OutboxRelay {
  private readonly runner: LedLoopRunner;
  private yieldsUntil = 0;

  constructor(
    config: ServiceConfig,
    private readonly bus: Bus,
  ) {
    this.runner = new LedLoopRunner({
      name: 'relay',
      url: config.DATABASE_URL,
      lock: [7272744, 'relay'],
      pollMs,
      opened: async (client) => {
        await client.query(plannedForMany);
      },
      turn: (client) => this.publishNext(client),
    });
  }

  start(): void {
    this.runner.start();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    await this.runner.stop();
  }

  /** Looks at once. */
  wake(): void {
    if (!this.yields) this.runner.waker.rouse();
  }

  /** Lets an import have the machine and its database for this time: its events are published at leisure, and swiftly then. */
  yieldFor(ms: number): void {
    this.yieldsUntil = performance.now() + ms;
  }

  private get yields(): boolean {
    return performance.now() < this.yieldsUntil;
  }

  /** Called inside the writing transaction: looks for its events shortly after it commits. */
  wakeAfterCommit(tx: EntityManager): void {
    const look = (): void => {
      if (tx.queryRunner?.isTransactionActive) setTimeout(look, 2).unref();
      else this.wake();
    };
    setImmediate(look);
  }

  private async publishNext(client: pg.Client): Promise<number> {
    if (this.yields) await delay(yieldMs);
    const { rows } = await client.query<OutboxRow>({ name: 'relay-read', text: readOutbox });
    const last = rows.at(-1);
    if (!last) return 0;
    await this.bus.publish(rows.map(busEventOf));
    await client.query({
      name: 'relay-mark',
      text: 'UPDATE outbox_cursor SET xid = $1, id = $2',
      values: [last.xid, last.id],
    });
    return rows.length;
  }
}

/**
 * The statement is planned once, perhaps when the outbox is empty, for a session in which it grows to millions: by the index,
 * whatever its statistics say then.
 */
const plannedForMany = 'SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off';

/**
 * The query that decides what is published next. The cursor stands in subqueries: compared with a joined row, the index is
 * read from its beginning every time. A constant of its own because a test proves it against `id >`.
 */
export const readOutbox = `
  SELECT o.xid::text AS xid, o.id, o.event_id, o.type, o.topic, o.key, o.version, o.payload::text AS payload, o.traceparent, o.occurred_at
  FROM outbox o
  WHERE (o.xid, o.id) > ((SELECT xid FROM outbox_cursor), (SELECT id FROM outbox_cursor)) AND o.xid < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY o.xid, o.id LIMIT ${batchSize}`;
