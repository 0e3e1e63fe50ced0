// Events from the commit at their owner to the effect in another service: at a steady 500 a second, and draining a backlog.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { median } from './measure.mjs';

const type = 'registers.institution.registered.v1';
const insert = `INSERT INTO outbox (event_id, type, topic, key, version, payload, occurred_at)
  SELECT i.id, '${type}', 'registers.institution', i.key::text, 1,
    jsonb_build_object('institutionId', i.key, 'version', 1, 'codeScheme', 'JAR', 'code', '188603091', 'countyCode', 'LT-VL', 'state', 'REGISTERED'),
    clock_timestamp()
  FROM unnest($1::uuid[], $2::uuid[]) AS i (id, key)`;

const clientOf = async (url) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
};

/** Writes events at the owner, a statement each, at a steady rate; returns the median milliseconds to the consumer's effect. */
export async function latency({ owner, consumer, perSecond, seconds }) {
  const source = await clientOf(owner);
  const keys = [];
  const started = performance.now();
  for (let i = 0; i < perSecond * seconds; i += 1) {
    const key = randomUUID();
    keys.push(key);
    await source.query({ name: 'bench-event', text: insert, values: [[randomUUID()], [key]] });
    const ahead = ((i + 1) / perSecond) * 1_000 - (performance.now() - started);
    if (ahead > 1) await delay(ahead);
  }
  const rate = keys.length / ((performance.now() - started) / 1_000);
  const target = await clientOf(consumer);
  await untilApplied(target, keys);
  const { rows: sent } = await source.query(`SELECT key, occurred_at FROM outbox WHERE key = ANY($1)`, [keys]);
  const { rows: applied } = await target.query(`SELECT key, applied_at FROM inbox WHERE key = ANY($1)`, [keys]);
  const at = new Map(applied.map((row) => [row.key, row.applied_at.getTime()]));
  const times = sent.map((row) => at.get(row.key) - row.occurred_at.getTime());
  await source.end();
  await target.end();
  return { medianMs: median(times), p99Ms: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)], rate };
}

async function untilApplied(target, keys) {
  for (;;) {
    const { rows } = await target.query('SELECT count(*)::int AS count FROM inbox WHERE key = ANY($1)', [keys]);
    if (rows[0].count === keys.length) return;
    await delay(20);
  }
}

/** Writes a backlog while the consumer is stopped. */
export async function writeBacklog(owner, amount) {
  const source = await clientOf(owner);
  const chunk = 5_000;
  for (let done = 0; done < amount; done += chunk) {
    const ids = Array.from({ length: chunk }, () => randomUUID());
    await source.query(insert, [ids, ids]);
  }
  // Until the relay has handed everything to the bus: what is measured is the draining by the consumer.
  for (;;) {
    const { rows } = await source.query(
      'SELECT count(*)::int AS count FROM (SELECT 1 FROM outbox o, outbox_cursor c WHERE (o.xid, o.id) > (c.xid, c.id) LIMIT 1) left_over',
    );
    if (rows[0].count === 0) break;
    await delay(100);
  }
  await source.end();
}

/** Events a second with which the consumer drains, measured from a tenth to nine tenths of the backlog. */
export async function drain({ consumer, amount, start }) {
  const target = await clientOf(consumer);
  const count = async () => (await target.query('SELECT count(*)::int AS count FROM inbox')).rows[0].count;
  const base = await count();
  start();
  const reach = async (share) => {
    while ((await count()) < base + amount * share) await delay(25);
    return performance.now();
  };
  const [low, high] = [await reach(0.1), await reach(0.9)];
  await reach(1);
  await target.end();
  return (amount * 0.8) / ((high - low) / 1_000);
}
