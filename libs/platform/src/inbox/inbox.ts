import { Injectable, Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DataSource } from 'typeorm';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { BusEvent } from '../bus/bus.js';
import { setReach } from '../database/reach.js';
import { upsertRows } from '../database/rows.js';
import { isOfSurroundings } from '../database/surroundings.js';
import { withTraceparent } from '../telemetry/trace.js';
import { consumedClass } from './consumes.js';
import type { Delivery } from './consumes.js';

/** Runs every consumer of an event type inside the given delivery. */
export type Dispatch = (type: string, event: object, delivery: Delivery) => Promise<void>;

const attempts = 4;
const firstPauseMs = 50;

/**
 * Applies events exactly once in effect. One row per aggregate holds the last applied version; it commits with the
 * consumers' own writes, so a duplicate, a replay or an older version changes nothing, for ever and without a window.
 */
@Injectable()
export class Inbox {
  private readonly log = new Logger('Inbox');

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Applies a batch, in which the events of a key stand in order: all in one transaction; if that fails, one by one, and what still fails is
   * parked with its error. Events behind a parked one of the same aggregate are parked too, so their order stays.
   * Rejects only when the database is out of reach.
   */
  async apply(batch: BusEvent[], dispatch: Dispatch): Promise<void> {
    const wanted = batch.filter((event) => consumedClass(event.type) !== undefined);
    if (wanted.length === 0) return;
    try {
      await this.applyTogether(wanted, dispatch);
    } catch (error) {
      if (isOfSurroundings(error)) throw error;
      for (const event of wanted) await this.applyOrPark(event, dispatch);
    }
  }

  private async applyTogether(batch: BusEvent[], dispatch: Dispatch): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await reachAll(tx);
      const { applied, parked } = await this.standing(tx, batch);
      const seen = new Map(applied);
      const fresh: BusEvent[] = [];
      const kept: Kept = new Map();
      for (const event of batch) {
        const aggregate = aggregateOf(event);
        if (event.version <= (seen.get(aggregate) ?? 0)) continue;
        if (parked.has(aggregate)) throw new Error('An earlier event of this aggregate is parked.');
        await dispatchOne(tx, event, dispatch, kept);
        seen.set(aggregate, event.version);
        fresh.push(event);
      }
      await storeKept(tx, kept);
      await this.advance(tx, fresh, seen);
    });
  }

  private async applyOrPark(event: BusEvent, dispatch: Dispatch): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.applyTogether([event], dispatch);
        return;
      } catch (error) {
        if (isOfSurroundings(error)) throw error;
        if (attempt < attempts && !(error instanceof InvalidEvent)) {
          await pause(attempt);
          continue;
        }
        await this.park(event, error, attempt);
        return;
      }
    }
  }

  /** Applies a parked event again, in a transaction that also takes it off the list. Throws what the consumer throws. */
  async retry(tx: EntityManager, event: BusEvent, dispatch: Dispatch): Promise<void> {
    await reachAll(tx);
    const { applied } = await this.standing(tx, [event]);
    if (event.version <= (applied.get(aggregateOf(event)) ?? 0)) return;
    const kept: Kept = new Map();
    await dispatchOne(tx, event, dispatch, kept);
    await storeKept(tx, kept);
    await this.advance(tx, [event], new Map([[aggregateOf(event), event.version]]));
  }

  private async standing(
    tx: EntityManager,
    batch: BusEvent[],
  ): Promise<{ applied: Map<string, number>; parked: Set<string> }> {
    const rows: { topic: string; key: string; version: number; parked: boolean }[] = await tx.query(
      `SELECT i.topic, i.key, i.version, false AS parked FROM inbox i
         JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[])) AS w (topic, key) USING (topic, key)
       UNION ALL
       SELECT p.topic, p.key, p.version, true FROM parked_event p WHERE p.topic = ANY($1) AND p.key = ANY($2)`,
      [batch.map((event) => event.topic), batch.map((event) => event.key)],
    );
    return {
      applied: new Map(rows.filter((row) => !row.parked).map((row) => [aggregateOf(row), row.version])),
      parked: new Set(rows.filter((row) => row.parked).map(aggregateOf)),
    };
  }

  /** Moves the aggregates on; if another instance moved one meanwhile, everything is rolled back and tried again. */
  private async advance(tx: EntityManager, fresh: BusEvent[], versions: Map<string, number>): Promise<void> {
    if (fresh.length === 0) return;
    const latest = [...new Map(fresh.map((event) => [aggregateOf(event), event])).values()];
    const moved: unknown[] = await tx.query(
      `INSERT INTO inbox (topic, key, version) SELECT * FROM unnest($1::text[], $2::text[], $3::int[]) AS n (topic, key, version)
         ORDER BY topic, key
       ON CONFLICT (topic, key) DO UPDATE SET version = excluded.version, applied_at = clock_timestamp()
         WHERE inbox.version < excluded.version RETURNING 1`,
      [
        latest.map((event) => event.topic),
        latest.map((event) => event.key),
        latest.map((event) => versions.get(aggregateOf(event))),
      ],
    );
    if (moved.length !== latest.length) throw new Error('Another instance applied the same events.');
  }

  private async park(event: BusEvent, error: unknown, attempt: number): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    this.log.error(`Parked ${event.type} ${event.id} after ${attempt} attempts: ${message}`);
    await this.dataSource.query(
      `INSERT INTO parked_event (id, topic, key, version, type, event, error, attempts)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING`,
      [
        event.id,
        event.topic,
        event.key,
        event.version,
        event.type,
        JSON.stringify(event),
        message.slice(0, 2_000),
        attempt,
      ],
    );
  }
}

class InvalidEvent extends Error {}

/** Rows that a batch's consumers keep, by entity. */
type Kept = Map<EntityTarget<ObjectLiteral>, object[]>;

async function dispatchOne(tx: EntityManager, event: BusEvent, dispatch: Dispatch, kept: Kept): Promise<void> {
  const instance = parse(event);
  const delivery: Delivery = {
    tx,
    eventId: event.id,
    occurredAt: new Date(event.occurredAt),
    keep: (entity, row) => {
      const rows = kept.get(entity);
      if (rows) rows.push(row);
      else kept.set(entity, [row]);
    },
  };
  await withTraceparent(event.traceparent, () => dispatch(event.type, instance, delivery));
}

/** An event is nobody's read: row-level security, where a service has it, keeps no row from its consumers. */
const reachAll = (tx: EntityManager): Promise<void> => setReach(tx, null);

async function storeKept(tx: EntityManager, kept: Kept): Promise<void> {
  for (const [entity, rows] of kept) await upsertRows(tx, entity, rows);
}

/** The payload as an instance of its class. Unknown fields are let through: newer minor versions may carry them. */
function parse(event: BusEvent): object {
  const type = consumedClass(event.type);
  if (!type) throw new InvalidEvent(`Nothing consumes ${event.type}.`);
  let plain: unknown;
  try {
    plain = JSON.parse(event.payload);
  } catch {
    throw new InvalidEvent('The payload is not JSON.');
  }
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    throw new InvalidEvent('The payload is no object.');
  const instance = plainToInstance(type, plain) as object;
  const faults = validateSync(instance, { forbidUnknownValues: false });
  if (faults.length > 0)
    throw new InvalidEvent(`The payload is not valid: ${faults.map((fault) => fault.property).join(', ')}.`);
  return instance;
}

function aggregateOf({ topic, key }: { topic: string; key: string }): string {
  return `${topic}\n${key}`;
}

function pause(attempt: number): Promise<void> {
  const ms = firstPauseMs * 3 ** (attempt - 1) * (0.5 + Math.random());
  return new Promise((resolve) => setTimeout(resolve, ms));
}
