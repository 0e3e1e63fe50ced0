// `npm run bench`: speed as ratios to bare references measured in the same run, on this machine. Prints a table and writes
// docs/performance.md. Works on a platform of its own in .meistras/bench; all load stays on this machine and is bounded.
// `npm run bench -- registers [100000 …]` measures the registers alone, of these sizes, and leaves all other lines; so do the
// parts `allocation`, `national`, `results`, `deadline`, `ground` and `kafka`.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { installMissing } from './install.mjs';

installMissing();
const { build } = await import('./build.mjs');
const { ApiClient } = await import('./api-client.mjs');
const { allocationBench, deadlineHourBench, nationalBench, resultsNightBench } =
  await import('./bench/allocation-lines.mjs');
const { withBareServer } = await import('./bench/bare.mjs');
const { drain, latency, writeBacklog } = await import('./bench/events-bench.mjs');
const { familyOf, load, median, residentMiB } = await import('./bench/measure.mjs');
const { registersBench } = await import('./bench/registers-bench.mjs');
const { Results } = await import('./bench/results.mjs');
const { startPlatform } = await import('./platform.mjs');
const { freePort } = await import('./processes.mjs');
const { postgresDataDir, stopPostgres } = await import('./postgres.mjs');

const root = join(import.meta.dirname, '..');
const dir = join(root, '.meistras/bench');
const learnerCount = 5_000;
const backlogSize = 200_000;
const [part, ...sizes] = process.argv.slice(2);
const registerSizes = sizes.length > 0 ? sizes.map(Number) : [100_000, 1_000_000];
const results = new Results({
  file: join(root, 'docs/performance.md'),
  notes: join(root, 'docs/performance-notes.md'),
  afresh: part === undefined,
});
const round = (value, digits = 2) => Number(value.toFixed(digits));

const line = (what, target, measured, holds) => results.put({ what, target, measured, holds });

async function started(bus, settings = {}) {
  const before = performance.now();
  const platform = await startPlatform({
    dir,
    port: await freePort(),
    ...{ bus, settings },
    environment: {
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_SECOND: '100000',
      RATE_LIMIT_BURST: '100000',
      RATE_LIMIT_BULK_PER_SECOND: '10000',
    },
  });
  return { ...platform, seconds: (performance.now() - before) / 1_000 };
}

const service = (platform, name) => platform.services.find((each) => each.name === name);

/** A day of birth for each, as a country has them: those who share one are compared with each other. */
const birthOn = (n) => new Date(Date.UTC(1990, 0, 1 + (n % 7_000))).toISOString().slice(0, 10);

async function learners(platform) {
  const api = new ApiClient(platform.url, platform.clients[0]);
  const ids = [];
  for (let done = 0; done < learnerCount; done += 50) {
    const batch = Array.from({ length: 50 }, (_, i) =>
      api.post('/registers/v1/learners', {
        givenName: 'Bench',
        familyName: `No ${done + i}`,
        birthOn: birthOn(done + i),
        sex: 'F',
      }),
    );
    ids.push(...(await Promise.all(batch)).map(({ id }) => id));
  }
  return { api, ids };
}

/** Each reference and each candidate in turn, three times; the ratio of the medians. */
async function readBench(platform, { api, ids }) {
  const headers = { authorization: `Bearer ${await api.token()}`, 'x-purpose': 'TECHNICAL' };
  const gateway = service(platform, 'gateway');
  const registers = service(platform, 'registers');
  const reference = { databaseUrl: platform.postgres.databases.registers.DATABASE_URL, table: 'learner' };
  await withBareServer(reference, async (bareUrl) => {
    const bareRequests = ids.map((id) => ({ path: `/learner/${id}` }));
    const requests = ids.map((id) => ({ path: `/registers/v1/learners/${id}` }));
    const [bare, direct, through] = [[], [], []];
    for (let i = 0; i < 4; i += 1) {
      const seconds = i === 0 ? 2 : 5;
      const runs = [
        await load({ url: bareUrl, requests: bareRequests, seconds }),
        await load({ url: registers.url, requests, headers, seconds, pids: [registers.pid] }),
        await load({ url: gateway.url, requests, headers, seconds, pids: [gateway.pid, registers.pid] }),
      ];
      if (i > 0) [bare, direct, through].forEach((list, at) => list.push(runs[at]));
    }
    const rate = (list) => median(list.map(({ perSecond }) => perSecond));
    const micros = median(through.map(({ microsPerRequest }) => microsPerRequest));
    const ratio = rate(through) / rate(bare);
    line(
      'authorised read of one learner through the gateway, of the bare read',
      '≥ 0.50',
      `${round(ratio)} (${round(rate(through), 0)} of ${round(rate(bare), 0)} /s; without the gateway ${round(rate(direct) / rate(bare))})`,
      ratio >= 0.5,
    );
    line(
      'Node CPU of that read, gateway and service',
      '≤ 170 µs',
      `${round(micros, 0)} µs (service alone ${round(median(direct.map(({ microsPerRequest }) => microsPerRequest)), 0)} µs)`,
      micros <= 170,
    );
  });
}

/** pgbench with one statement that inserts a learner and an event; the ceiling of the database for a create. */
function pgbench(platform, seconds) {
  const script = join(dir, 'pgbench.sql');
  writeFileSync(
    script,
    `WITH l AS (INSERT INTO bench_learner (id, payload) VALUES (gen_random_uuid(), '{"givenName":"Bench","familyName":"No 1","birthOn":"2008-01-15","sex":"F"}') RETURNING id)
INSERT INTO bench_outbox (event_id, type, topic, key, version, payload, occurred_at) SELECT gen_random_uuid(), 'registers.learner.registered.v1', 'registers.learner', l.id::text, 1, '{"birthYear":2008}', now() FROM l;\n`,
  );
  const url = platform.postgres.databases.registers.MIGRATOR_DATABASE_URL;
  const { stdout, stderr, status } = spawnSync(
    'pgbench',
    ['-n', '-M', 'prepared', '-c', '16', '-j', '1', '-T', String(seconds), '-f', script, url],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`pgbench: ${stderr}`);
  return Number(/tps = ([\d.]+)/.exec(stdout)[1]);
}

async function createBench(platform, { api }) {
  const { default: pg } = await import('pg');
  const owner = new pg.Client({ connectionString: platform.postgres.databases.registers.MIGRATOR_DATABASE_URL });
  await owner.connect();
  await owner.query('CREATE TABLE IF NOT EXISTS bench_learner (id uuid PRIMARY KEY, payload jsonb)');
  await owner.query('CREATE TABLE IF NOT EXISTS bench_outbox (LIKE outbox INCLUDING ALL)');
  const registers = service(platform, 'registers');
  const token = await api.token();
  let created = 0;
  const request = {
    method: 'POST',
    path: '/registers/v1/learners',
    setupRequest: (each) => ({
      ...each,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({ givenName: 'Bench', familyName: 'No 1', birthOn: birthOn((created += 1)), sex: 'F' }),
    }),
  };
  const [reference, own] = [[], []];
  for (let i = 0; i < 3; i += 1) {
    if (spawnSync('pgbench', ['--version']).error) break;
    reference.push(pgbench(platform, 5));
    own.push(
      await load({ url: registers.url, requests: [request], seconds: 5, connections: 32, pids: [registers.pid] }),
    );
  }
  await owner.query('DROP TABLE bench_learner, bench_outbox');
  await owner.end();
  if (reference.length === 0) {
    line(
      'create over HTTP with idempotency, access and outbox, of pgbench',
      '≥ 0.35',
      'not measured: pgbench is not installed',
      false,
    );
    return;
  }
  const rate = median(own.map(({ perSecond }) => perSecond));
  const ratio = rate / median(reference);
  const micros = median(own.map(({ microsPerRequest }) => microsPerRequest));
  line(
    'create over HTTP with idempotency, access and outbox, of pgbench',
    '≥ 0.35',
    `${round(ratio)} (${round(rate, 0)} of ${round(median(reference), 0)} /s; ${round(micros, 0)} µs of Node CPU each)`,
    ratio >= 0.35,
  );
}

async function eventsBench(platform, bus) {
  const owner = platform.postgres.databases.registers.DATABASE_URL;
  const consumer = platform.postgres.databases.monitoring.DATABASE_URL;
  // The broker's and the services' code must have been compiled by their machines before anything is measured.
  await latency({ owner, consumer, perSecond: 500, seconds: 25 });
  const { medianMs, p99Ms, rate } = await latency({ owner, consumer, perSecond: 500, seconds: 10 });
  line(
    `commit to effect in another service, ${bus} bus, median`,
    '≤ 50 ms at 500/s',
    `${round(medianMs, 0)} ms, p99 ${round(p99Ms, 0)} ms at ${round(rate, 0)}/s`,
    medianMs <= 50 && rate > 480,
  );
  const monitoring = service(platform, 'monitoring');
  await monitoring.stop();
  await writeBacklog(owner, backlogSize);
  const perSecond = await drain({ consumer, amount: backlogSize, start: () => monitoring.restart() });
  line(
    `backlog of ${backlogSize.toLocaleString('en')} events drained, ${bus} bus`,
    '≥ 5,000 /s',
    `${round(perSecond, 0)} /s`,
    perSecond >= 5_000,
  );
}

/** All processes of the platform: services, gateway, PostgreSQL with its back ends. */
function memoryAtRest(platform) {
  const pids = [...platform.services.map(({ pid }) => pid), ...familyOf(platform.postgres.pid)];
  const total = pids.reduce((sum, pid) => sum + residentMiB(pid), 0) * 1.048576;
  line('whole platform at rest, resident', '≤ 1,500 MB', `${round(total, 0)} MB`, total <= 1_500);
}

/** With the other services stopped: what they do with the events is measured above. */
async function bulkBench(platform, count) {
  const api = new ApiClient(platform.url, platform.clients[0]);
  const needed = ['registers', 'identity', 'gateway'];
  for (const each of platform.services) if (!needed.includes(each.name)) await each.stop();
  const sized = (what, target, measured, holds) => results.put({ what, target, measured, holds, size: count });
  await registersBench({ platform, api, dir, line: sized }, count);
}

async function wipe() {
  await stopPostgres(join(dir, 'postgres'));
  rmSync(postgresDataDir(join(dir, 'postgres')), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

async function ground() {
  console.log('PostgreSQL bus');
  await (await started('postgres')).stop();
  const platform = await started('postgres');
  line('second start', '≤ 15 s', `${round(platform.seconds, 1)} s`, platform.seconds <= 15);
  await delay(5_000);
  memoryAtRest(platform);
  const data = await learners(platform);
  await readBench(platform, data);
  await createBench(platform, data);
  await eventsBench(platform, 'postgres');
  await platform.stop();
  await wipe();
}

/** What a database server of a country's registers has: by default its indexes would not fit, on either side of the ratios. */
const serverSettings = { shared_buffers: '2GB', max_wal_size: '8GB' };

async function registers() {
  for (const count of registerSizes) {
    console.log(`Registers of ${count.toLocaleString('en')}`);
    const platform = await started('postgres', serverSettings);
    await bulkBench(platform, count);
    await platform.stop();
    await wipe();
  }
}

async function kafka() {
  console.log('Kafka bus');
  const platform = await started('kafka');
  await eventsBench(platform, 'kafka');
  await platform.stop();
  await wipe();
}

const parts = {
  allocation: () => allocationBench(line),
  national: () => nationalBench(line),
  results: () => resultsNightBench(line),
  deadline: () => deadlineHourBench(line),
  ...{ ground, registers, kafka },
};
if (part !== undefined && !(part in parts)) throw new Error(`The parts are ${Object.keys(parts).join(', ')}.`);
await build();
await wipe();
for (const [name, measure] of Object.entries(parts)) if (part === undefined || part === name) await measure();
console.log(`${results.summary}; written to docs/performance.md`);
