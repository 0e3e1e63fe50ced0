import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import pg from 'pg';
import { Bus } from './bus.js';
import type { BatchHandler, BusEvent, Subscription } from './bus.js';
import { PostgresSubscription } from './postgres.subscription.js';
import { partitionsOf, topics } from './topics.js';

/** The partition of a key: stable across processes and versions. */
export function partitionOf(key: string, partitions: number): number {
  return createHash('md5').update(key).digest().readUInt32BE(0) % partitions;
}

/**
 * The bus as a log table: `bus_event` partitioned by topic, `bus_offset` per consumer group. Needs nothing but PostgreSQL,
 * so it serves a laptop or a small pilot. Order: `bus_publish` holds the topic's lock until commit, so ids of a topic
 * become visible in order and a reader by `id >` skips nothing.
 */
export class PostgresBus extends Bus {
  private readonly pool: pg.Pool;
  private readonly log = new Logger('PostgresBus');

  constructor(private readonly url: string) {
    super();
    this.pool = new pg.Pool({ connectionString: url, max: 3, application_name: 'bus', keepAlive: true });
    this.pool.on('error', (error) => this.log.warn(`An idle connection broke: ${error.message}`));
  }

  async publish(events: BusEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.pool.query({
      name: 'bus-publish',
      text: `SELECT bus_publish($1::text[], $2::int[], $3::uuid[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::text[], $9::text[])`,
      values: [
        events.map((event) => event.topic),
        events.map((event) => partitionOf(event.key, partitionsOf(event.topic))),
        events.map((event) => event.id),
        events.map((event) => event.type),
        events.map((event) => event.key),
        events.map((event) => event.version),
        events.map((event) => event.occurredAt),
        events.map((event) => event.traceparent ?? null),
        events.map((event) => event.payload),
      ],
    });
  }

  subscribe(group: string, names: string[], handler: BatchHandler): Promise<Subscription> {
    const subscription = new PostgresSubscription(this.url, group, names, handler);
    subscription.start();
    return Promise.resolve(subscription);
  }

  async rewind(group: string): Promise<void> {
    await this.pool.query('DELETE FROM bus_offset WHERE consumer_group = $1', [group]);
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

const schema = `
  CREATE TABLE IF NOT EXISTS bus_event (
    id bigint GENERATED ALWAYS AS IDENTITY,
    topic text NOT NULL,
    partition integer NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    occurred_at timestamptz NOT NULL,
    traceparent text,
    payload text NOT NULL,
    CONSTRAINT bus_event_pk PRIMARY KEY (topic, partition, id)
  ) PARTITION BY LIST (topic);
  CREATE TABLE IF NOT EXISTS bus_offset (
    consumer_group text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT bus_offset_pk PRIMARY KEY (consumer_group, topic, partition)
  );
  CREATE OR REPLACE FUNCTION bus_publish(topics text[], partitions int[], ids uuid[], types text[], keys text[],
    versions int[], occurred timestamptz[], traces text[], payloads text[]) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(7272741, hashtext(t)) FROM (SELECT DISTINCT unnest(topics) AS t ORDER BY 1) locks;
    INSERT INTO bus_event (topic, partition, event_id, type, key, version, occurred_at, traceparent, payload)
      SELECT e.topic, e.partition, e.event_id, e.type, e.key, e.version, e.occurred_at, e.traceparent, e.payload
      FROM unnest(topics, partitions, ids, types, keys, versions, occurred, traces, payloads) WITH ORDINALITY
        AS e (topic, partition, event_id, type, key, version, occurred_at, traceparent, payload, position)
      ORDER BY e.position;
    PERFORM pg_notify('bus', t) FROM (SELECT DISTINCT unnest(topics) AS t) announced;
  END $$;`;

/** Creates the log and its topics. `url` is the owner's; `appRole` may publish, read and move its offsets, nothing else. */
export async function createPostgresTopics(url: string, appRole: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(7272742)');
    await client.query(schema);
    for (const { name } of topics) {
      const table = pg.escapeIdentifier(`bus_event_${name.replaceAll(/[^a-z]/g, '_')}`);
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${table} PARTITION OF bus_event FOR VALUES IN (${pg.escapeLiteral(name)})`,
      );
    }
    const role = pg.escapeIdentifier(appRole);
    await client.query(`GRANT USAGE ON SCHEMA public TO ${role}`);
    await client.query(`GRANT SELECT, INSERT ON bus_event TO ${role}`);
    await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON bus_offset TO ${role}`);
  } finally {
    await client.end();
  }
}
