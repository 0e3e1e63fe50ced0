// `node tools/bench/results-night-bench.mjs [applicants]`: the night on which results are published. Applicants read why they
// got theirs, and their own view, against the bare read in turn; then five times as many ask as can be answered, and it is
// seen how soon everything is as before. Prints JSON.
import { AdmissionAlone } from '../admission-alone.mjs';
import { setTimeout as delay } from 'node:timers/promises';
import { withBareServer } from './bare.mjs';
import { load, median } from './measure.mjs';
import { applicationId, knowLearners, learnerId, loadStage, stageId } from './national-data.mjs';
import { surge } from './surge.mjs';

const [applicants = 100_000] = process.argv.slice(2).map(Number);
const offerings = 1_000;
const persons = 3_000;
const rounds = 3;
const say = (text) => process.stderr.write(`${text}\n`);
const began = performance.now();
const elapsed = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`;

/** Works a command off: waits until the run is in a state. */
async function follow(alone, runId, state) {
  for (;;) {
    const run = await alone.call('GET', `/runs/${runId}`);
    if (run.state === 'FAILED') throw new Error(JSON.stringify(run));
    if (run.state === state) return;
    await delay(100);
  }
}

async function publishResults(alone) {
  const { id } = await alone.call('POST', `/stages/${stageId}/runs`);
  await follow(alone, id, 'COMPLETED');
  await alone.call('POST', `/runs/${id}/publish`);
  await follow(alone, id, 'PUBLISHED');
}

/** Everybody's number once, in an order in which neighbours are far apart. */
function scattered(count, amount = count) {
  const stride = 7_919;
  return Array.from({ length: amount }, (_, i) => (i * stride) % count);
}

const medianOf = (runs) => ({
  perSecond: median(runs.map(({ perSecond }) => perSecond)),
  nodeMicros: median(runs.map(({ microsPerRequest }) => microsPerRequest)),
  postgresMicros: median(runs.map(({ postgresMicros }) => postgresMicros)),
  p99: median(runs.map(({ p99 }) => p99)),
});

/** The explanation as the national portal reads it, and `GET /me/applications` with a person's own, new token, in turn with the bare read. */
async function reads(alone) {
  const numbers = scattered(applicants, 20_000);
  const headers = { authorization: `Bearer ${alone.token}`, 'accept-language': 'lt' };
  const explanations = numbers.map((n) => ({ path: `/admission/v1/applications/${applicationId(n)}/explanation` }));
  const bareRows = numbers.map((n) => ({ path: `/application/${applicationId(n)}` }));
  const own = [];
  for (const n of scattered(applicants, persons)) {
    const token = await alone.tokenOf({ learner_id: learnerId(n) });
    own.push({ path: '/admission/v1/me/applications', headers: { authorization: `Bearer ${token}` } });
  }
  const { pid } = alone.service;
  const postgres = { postgresPid: alone.postgresPid };
  return withBareServer({ databaseUrl: alone.superuserUrl, table: 'application' }, async (bareUrl, barePid) => {
    const kinds = {
      bare: { url: bareUrl, requests: bareRows, pids: [barePid] },
      explanation: { url: alone.url, requests: explanations, headers, pids: [pid] },
      ownView: { url: alone.url, requests: own, pids: [pid] },
    };
    const runs = { bare: [], explanation: [], ownView: [] };
    for (let i = 0; i <= rounds; i += 1) {
      for (const [kind, what] of Object.entries(kinds)) {
        const run = await load({ ...what, ...postgres, seconds: 3 });
        if (i > 0) runs[kind].push(run);
      }
    }
    return Object.fromEntries(Object.entries(runs).map(([kind, list]) => [kind, medianOf(list)]));
  });
}

const alone = new AdmissionAlone('bench-results', { settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
try {
  await alone.start();
  const owner = await alone.connect();
  say(`Loading ${applicants} applications …`);
  await loadStage(owner, { applicants, offerings });
  await knowLearners(owner, applicants);
  say(`  ${elapsed()}; publishing …`);
  await publishResults(alone);
  await owner.query('VACUUM ANALYZE');
  await owner.end();
  say(`  ${elapsed()}; reading …`);
  const calm = await reads(alone);
  say(`  ${elapsed()}; the surge …`);
  const surged = await surge({
    url: alone.url,
    headers: { authorization: `Bearer ${alone.token}` },
    paths: scattered(applicants, 20_000).map((n) => `/admission/v1/applications/${applicationId(n)}/explanation`),
    calm: calm.explanation,
  });
  process.stdout.write(
    JSON.stringify({ applicants, ...calm, surge: surged, seconds: (performance.now() - began) / 1_000 }),
  );
} finally {
  await alone.stop();
}
process.exit(0);
