// `node tools/bench/national-bench.mjs [applicants] [offerings]`: the whole operation of a stage of a country's size, from the
// start of the run to the last invitation, on a service of its own that answers other requests meanwhile. Prints JSON.
import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { AdmissionAlone } from '../admission-alone.mjs';
import { cpuSeconds } from './measure.mjs';
import { loadStage, stageId } from './national-data.mjs';

const [applicants = 980_117, offerings = 26_097] = process.argv.slice(2).map(Number);
const settings = { shared_buffers: '2GB', max_wal_size: '8GB', checkpoint_timeout: '30min' };
const say = (text) => process.stderr.write(`${text}\n`);
const secondsSince = (began) => (performance.now() - began) / 1_000;

/** What everybody else feels: one request after the other, until stopped. */
function others(alone) {
  const latencies = [];
  let going = true;
  const loop = async (path) => {
    while (going) {
      const started = performance.now();
      await alone.call('GET', path);
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

/** Follows a run to a state; adds the seconds that each phase took, as its progress told. */
async function follow(alone, runId, state, phases) {
  for (let began = performance.now(), last; ; await delay(250)) {
    const run = await alone.call('GET', `/runs/${runId}`);
    const phase = run.progress?.phase ?? run.state;
    if (phase !== last) {
      if (last) phases[last] = (phases[last] ?? 0) + secondsSince(began);
      began = performance.now();
      say(`  ${phase} …`);
    }
    last = phase;
    if (run.state === 'FAILED') throw new Error(JSON.stringify(run));
    if (run.state === state) return run;
  }
}

/** Until the relay has published every event. */
async function announced(owner) {
  const waiting = `SELECT EXISTS (SELECT 1 FROM outbox o, outbox_cursor c WHERE (o.xid, o.id) > (c.xid, c.id)) AS more`;
  while ((await owner.query(waiting)).rows[0].more) await delay(100);
}

const peakMB = (pid) =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 976.5625);

/** Reads the full artefact as an auditor would, and has the outside verifier check it. */
async function outsideVerdict(alone, runId) {
  say('  the outside verifier …');
  const file = join(alone.dir, 'run.json');
  const headers = { authorization: `Bearer ${alone.token}` };
  const { body } = await fetch(`${alone.url}/admission/v1/runs/${runId}/artefact/full`, { headers });
  await pipeline(Readable.fromWeb(body), createWriteStream(file));
  const began = performance.now();
  const cli = join(import.meta.dirname, '../verify-allocation/cli.mjs');
  const child = spawn(process.execPath, [cli, file], { stdio: ['ignore', 2, 2] });
  let peak = 0;
  const watch = setInterval(() => (peak = peakMB(child.pid)), 500);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(watch);
  return { verifier: { code, seconds: secondsSince(began), peakMB: peak } };
}

async function operate(alone, owner) {
  const stop = others(alone);
  const before = cpuSeconds(alone.service.pid);
  const phases = {};
  const began = performance.now();
  const { id } = await alone.call('POST', `/stages/${stageId}/runs`);
  const { placed, verified } = await follow(alone, id, 'COMPLETED', phases);
  await alone.call('POST', `/runs/${id}/publish`);
  await follow(alone, id, 'PUBLISHED', phases);
  await announced(owner);
  const seconds = secondsSince(began);
  const cpu = cpuSeconds(alone.service.pid) - before;
  return {
    placed,
    verified,
    seconds,
    serviceCpuSeconds: Math.round(cpu),
    phases,
    latency: await stop(),
    ...(await outsideVerdict(alone, id)),
  };
}

const alone = new AdmissionAlone('bench-national', { settings });
try {
  await alone.start();
  const owner = await alone.connect();
  say(`Loading ${applicants} applications …`);
  const loading = performance.now();
  await loadStage(owner, { applicants, offerings });
  await owner.query('CHECKPOINT');
  say(`  ${secondsSince(loading).toFixed(0)} s`);
  const operation = await operate(alone, owner);
  const servicePeakMB = peakMB(alone.service.pid);
  const number = async (sql) => Number((await owner.query(`SELECT ${sql} AS n`)).rows[0].n);
  const result = {
    ...{ applicants, ...operation, peakMB: servicePeakMB },
    invitations: await number('(SELECT count(*) FROM invitation)'),
    events: await number(`(SELECT count(*) FROM outbox WHERE topic = 'admission.invitation')`),
    artefactMB: Math.round((await number('(SELECT sum(length(content)) FROM artefact_chunk)')) / 1e6),
  };
  await owner.end();
  process.stdout.write(JSON.stringify(result));
} finally {
  await alone.stop();
}
process.exit(0);
