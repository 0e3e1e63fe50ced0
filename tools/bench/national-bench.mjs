// `node tools/bench/national-bench.mjs [applicants] [offerings]`: the whole operation of a stage of a country's size, from the
// start of the run to the last invitation, on a service of its own that answers other requests meanwhile. Prints JSON.
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { ensurePostgres, postgresDataDir, stopPostgres } from '../postgres.mjs';
import { freePort } from '../processes.mjs';
import { loadStage, stageId } from './national-data.mjs';

const root = join(import.meta.dirname, '../..');
const dir = join(root, '.meistras/bench-national');
const [applicants = 980_117, offerings = 26_097] = process.argv.slice(2).map(Number);
const issuer = 'http://bench.local';
const say = (text) => process.stderr.write(`${text}\n`);

async function databases() {
  const settings = { shared_buffers: '2GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };
  const { superuser, password, host, port } = await ensurePostgres({ dataDir: join(dir, 'postgres'), settings });
  const { provisionDatabase } = await import('../../libs/platform/dist/database/provision.js');
  const { createPostgresTopics } = await import('../../libs/platform/dist/bus/postgres.bus.js');
  const admin = (database) => `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  const admission = await provisionDatabase(admin('postgres'), 'admission', 'admission', 'bench');
  const bus = await provisionDatabase(admin('postgres'), 'bus', 'bus', 'bench');
  await createPostgresTopics(bus.MIGRATOR_DATABASE_URL, 'bus_app');
  return { admission, bus, admin };
}

/** Admission alone, as it runs in production; its token is one of this bench's own issuer. */
async function service({ admission, bus }) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  const port = await freePort();
  const env = {
    ...process.env,
    ...admission,
    ...{ NODE_ENV: 'production', PORT: String(port), LOG_LEVEL: 'warn', AUTH_ISSUER: issuer },
    ...{ AUTH_JWKS: JSON.stringify({ keys: [jwk] }), BUS: 'postgres', BUS_DATABASE_URL: bus.DATABASE_URL },
    ARTEFACT_SIGNING_KEY: JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
  };
  const child = spawn(process.execPath, [join(root, 'apps/admission/dist/main.js')], {
    env,
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const url = `http://127.0.0.1:${port}`;
  const ready = () =>
    fetch(`${url}/health/ready`).then(
      (r) => r.ok,
      () => false,
    );
  while (!(await ready())) await delay(100);
  const scopes = ['runs:read', 'runs:decide', 'campaigns:read', 'offerings:read'].map((each) => `admission.${each}`);
  const token = await new SignJWT({ client_id: 'bench', scope: scopes.join(' '), national: true, institutions: [] })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience('urn:meistras:api')
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey);
  const call = async (method, path) => {
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `bench-${path}` };
    const answer = await fetch(`${url}/admission/v1${path}`, { method, headers });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return { child, call };
}

/** What everybody else feels: one request after the other, until stopped. */
function others(call) {
  const latencies = [];
  let going = true;
  const loop = async (path) => {
    while (going) {
      const started = performance.now();
      await call('GET', path);
      latencies.push(performance.now() - started);
      await delay(20);
    }
  };
  const loops = [`/stages/${stageId}`, '/offerings?limit=25', '/campaigns'].map(loop);
  return async () => {
    going = false;
    await Promise.all(loops);
    const sorted = latencies.toSorted((a, b) => a - b);
    return { requests: sorted.length, p99: sorted[Math.floor(sorted.length * 0.99)], worst: sorted.at(-1) };
  };
}

/** Follows a run to a state; the seconds that each phase took, as its progress told. */
async function follow(call, runId, state, phases) {
  for (let began = performance.now(), last; ; await delay(250)) {
    const run = await call('GET', `/runs/${runId}`);
    const phase = run.progress?.phase ?? run.state;
    if (phase !== last) {
      if (last) phases[last] = (phases[last] ?? 0) + (performance.now() - began) / 1_000;
      began = performance.now();
      say(`  ${phase} …`);
    }
    last = phase;
    if (run.state === 'FAILED') throw new Error(JSON.stringify(run));
    if (run.state === state) return run;
  }
}

async function main() {
  const urls = await databases();
  let { child, call } = await service(urls);
  const owner = new pg.Client({ connectionString: urls.admin('admission') });
  await owner.connect();
  say(`Loading ${applicants} applications …`);
  const loading = performance.now();
  await loadStage(owner, { applicants, offerings });
  await owner.query('CHECKPOINT');
  say(`  ${((performance.now() - loading) / 1_000).toFixed(0)} s`);
  const stop = others(call);
  const phases = {};
  const began = performance.now();
  const { id } = await call('POST', `/stages/${stageId}/runs`);
  const run = await follow(call, id, 'COMPLETED', phases);
  await call('POST', `/runs/${id}/publish`);
  await follow(call, id, 'PUBLISHED', phases);
  const seconds = (performance.now() - began) / 1_000;
  const latency = await stop();
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) / 976.5625;
  const count = async (table) => Number((await owner.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);
  const stored = {
    invitations: await count('invitation'),
    events: await count(`outbox WHERE topic = 'admission.invitation'`),
  };
  const { rows } = await owner.query('SELECT sum(length(content))::int8 AS bytes FROM artefact_chunk');
  await owner.end();
  child.kill('SIGTERM');
  const result = {
    ...{ applicants, placed: run.placed, verified: run.verified, seconds, phases, latency, ...stored },
    ...{ peakMB: Math.round(peak), artefactMB: Math.round(Number(rows[0].bytes) / 1e6) },
  };
  process.stdout.write(JSON.stringify(result));
}

const wipe = async () => {
  await stopPostgres(join(dir, 'postgres'));
  rmSync(postgresDataDir(join(dir, 'postgres')), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
};
await wipe();
try {
  await main();
} finally {
  if (process.env.MEISTRAS_KEEP !== '1') await wipe();
}
process.exit(0);
