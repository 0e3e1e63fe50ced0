// `node tools/bench/deadline-hour-bench.mjs [applicants]`: the hour before applying ends. Lists are saved and applications
// submitted over HTTP, in turn with pgbench writing the same rows by one statement each. Prints JSON.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AdmissionAlone } from '../admission-alone.mjs';
import { endedCpuSeconds, load, median } from './measure.mjs';
import { applicationId, knowLearners, learnerId, loadStage, offeringId, stageId } from './national-data.mjs';

const [applicants = 50_000] = process.argv.slice(2).map(Number);
const offerings = 1_000;
const listed = 13;
const rounds = 3;
const seconds = 4;
const clients = 64;
const say = (text) => process.stderr.write(`${text}\n`);
const began = performance.now();
const elapsed = () => `${((performance.now() - began) / 1_000).toFixed(0)} s`;

/** pgbench has the last fifth of the applications to itself, so that no version moves under a client of the service. */
const ofPgbench = Math.floor(applicants * 0.8);
const uuidOf = (kind) => `('01a20000-${kind}000-7000-8000-' || lpad(to_hex(:n::int), 12, '0'))::uuid`;

/** A list in the opposite order, its application and its event; the service stores no more. */
const saveStatement = `\\set n random(${ofPgbench}, ${applicants - 1})
WITH gone AS (DELETE FROM preference WHERE application_id = ${uuidOf(5)} RETURNING *),
  listed AS (INSERT INTO preference (application_id, rank, offering_id, institution_id, funding_type, ineligible)
    SELECT application_id, ${listed + 1} - rank, offering_id, institution_id, funding_type, ineligible
    FROM gone, (SELECT count(*) FROM gone) AS emptied),
  changed AS (UPDATE application SET version = version + 1, ordered = true, recorded_at = now()
    WHERE id = ${uuidOf(5)} RETURNING *)
INSERT INTO bench_outbox (event_id, type, topic, key, version, payload, occurred_at)
SELECT gen_random_uuid(), 'admission.application.changed.v1', 'admission.application', id::text, version,
  jsonb_build_object('applicationId', id, 'version', version, 'stageId', stage_id, 'year', year, 'learnerId', learner_id,
    'preferences', ${listed}, 'state', state), now() FROM changed;
`;

/** An application with its list, findings, score, event and idempotency key. */
const submitStatement = `\\set n random(0, ${offerings - 1})
WITH made AS (SELECT gen_random_uuid() AS id),
  chosen AS (SELECT o.id, o.institution_id, k.rank FROM generate_series(1, ${listed}) AS k (rank)
    JOIN offering o ON o.id = ('01a20000-2000-7000-8000-' || lpad(to_hex((:n::int + 7 * k.rank) % ${offerings}), 12, '0'))::uuid),
  applied AS (INSERT INTO application (id, version, stage_id, year, learner_id, state, grades, exam_results, funding_facts,
      score, score_formula, submitted_at, recorded_at, entry_facts, applicant_group, needs, ordered)
    SELECT id, 1, '${stageId}', 2026, gen_random_uuid(), 'SUBMITTED', '[{"scale":"TEN","value":8}]', '[]', '{"held":[]}',
      80000, 'F-ADM-1/1', now(), now(), '{"education":"SECONDARY"}', 'WITH_SECONDARY', '{}', true FROM made),
  listed AS (INSERT INTO preference (application_id, rank, offering_id, institution_id, funding_type)
    SELECT made.id, rank, chosen.id, institution_id, 'VF' FROM made, chosen),
  opened AS (INSERT INTO suitability (application_id, offering_id, version, stage_id, institution_id, bound, state)
    SELECT made.id, chosen.id, 1, '${stageId}', institution_id, false, 'PENDING' FROM made, chosen),
  scored AS (INSERT INTO application_score (application_id, version, grades, exam_results, secondary_weight, score,
      score_formula, stated_by, recorded_at)
    SELECT id, 1, '[{"scale":"TEN","value":8}]', '[]', 0, 80000, 'F-ADM-1/1', 'alone', now() FROM made),
  once AS (INSERT INTO idempotency_key (client_id, key, fingerprint, status, body)
    SELECT 'pgbench', id::text, 'x', 201, json_build_object('id', id, 'list', (SELECT json_agg(chosen) FROM chosen)) FROM made)
INSERT INTO bench_outbox (event_id, type, topic, key, version, payload, occurred_at)
SELECT gen_random_uuid(), 'admission.application.submitted.v1', 'admission.application', id::text, 1,
  jsonb_build_object('applicationId', id, 'version', 1, 'preferences', ${listed}, 'state', 'SUBMITTED'), now() FROM made;
`;

/** Transactions a second, and what each costs PostgreSQL. */
async function pgbench(alone, statement) {
  const script = join(alone.dir, 'pgbench.sql');
  writeFileSync(script, statement);
  const flags = ['-n', '-M', 'prepared', '-c', String(clients), '-j', '1', '-T', String(seconds), '-f', script];
  const before = endedCpuSeconds(alone.postgresPid);
  const child = spawn('pgbench', [...flags, alone.superuserUrl], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, failed] = ['', ''];
  child.stdout.on('data', (piece) => (said += piece));
  child.stderr.on('data', (piece) => (failed += piece));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`pgbench: ${failed}`);
  await delay(500); // until the back ends have ended and are counted
  const [, done] = /transactions actually processed: (\d+)/.exec(said);
  const [, perSecond] = /tps = ([\d.]+)/.exec(said);
  const micros = ((endedCpuSeconds(alone.postgresPid) - before) / Number(done)) * 1e6;
  return { perSecond: Number(perSecond), micros };
}

/** The loaded stage as it was while it took applications; what its pools may take is of no matter here. */
async function reopen(owner) {
  await owner.query(
    `UPDATE stage SET state = 'OPEN', apply_until = now() + interval '1 hour', suitability_until = now() + interval '1 hour',
       order_until = now() + interval '1 hour', invite_from = now() + interval '1 hour', sign_from = now() + interval '1 hour'`,
  );
  await knowLearners(owner, applicants + 200_000);
  await owner.query('CREATE TABLE bench_outbox (LIKE outbox INCLUDING ALL)');
  await owner.query('VACUUM ANALYZE');
}

/** What each application has listed, best first: `offering|funding`. */
async function listsOf(owner) {
  const { rows } = await owner.query(
    `SELECT application_id AS id, array_agg(offering_id || '|' || funding_type ORDER BY rank DESC) AS list
     FROM preference WHERE application_id < $1 GROUP BY application_id`,
    [applicationId(ofPgbench)],
  );
  return rows;
}

/** Each application once: its list in the opposite order, upon the version that it was loaded with. */
function saves(lists, headers) {
  let next = 0;
  return {
    method: 'PUT',
    path: '/',
    setupRequest: (request) => {
      const { id, list } = lists[next % lists.length];
      next += 1;
      const preferences = list.map((each) => {
        const [offering, fundingType] = each.split('|');
        return { offeringId: offering, fundingType };
      });
      return {
        ...request,
        path: `/admission/v1/applications/${id}/preferences`,
        headers: { ...headers, 'if-match': '"1"' },
        body: JSON.stringify({ preferences }),
      };
    },
  };
}

/** New learners, each with a list of thirteen. */
function submissions(headers) {
  let next = 0;
  return {
    method: 'POST',
    path: '/admission/v1/applications',
    setupRequest: (request) => {
      const n = next;
      next += 1;
      const preferences = Array.from({ length: listed }, (_, k) => ({
        offeringId: offeringId((n + 7 * k) % offerings),
        fundingType: 'VF',
      }));
      const stated = { education: 'SECONDARY', grades: [{ scale: 'TEN', value: 8 }], preferences };
      return {
        ...request,
        headers: { ...headers, 'idempotency-key': randomUUID() },
        body: JSON.stringify({ ...stated, stageId, learnerId: learnerId(applicants + n) }),
      };
    },
  };
}

async function inTurn(alone, statement, request) {
  const [reference, own] = [[], []];
  for (let i = 0; i <= rounds; i += 1) {
    const limit = await pgbench(alone, statement);
    const run = await load({
      ...{ url: alone.url, requests: [request], seconds, connections: clients },
      ...{ pids: [alone.service.pid], postgresPid: alone.postgresPid },
    });
    if (i === 0) continue;
    reference.push(limit);
    own.push(run);
  }
  return {
    limit: median(reference.map(({ perSecond }) => perSecond)),
    limitMicros: median(reference.map(({ micros }) => micros)),
    perSecond: median(own.map(({ perSecond }) => perSecond)),
    nodeMicros: median(own.map(({ microsPerRequest }) => microsPerRequest)),
    postgresMicros: median(own.map(({ postgresMicros }) => postgresMicros)),
    p99: median(own.map(({ p99 }) => p99)),
  };
}

const alone = new AdmissionAlone('bench-deadline', { settings: { shared_buffers: '512MB', max_wal_size: '4GB' } });
try {
  await alone.start();
  const owner = await alone.connect();
  say(`Loading ${applicants} applications …`);
  await loadStage(owner, { applicants, offerings });
  await reopen(owner);
  const lists = await listsOf(owner);
  await owner.end();
  const headers = { authorization: `Bearer ${alone.token}`, 'content-type': 'application/json' };
  say(`  ${elapsed()}; saving …`);
  const save = await inTurn(alone, saveStatement, saves(lists, headers));
  say(`  ${elapsed()}; submitting …`);
  const submit = await inTurn(alone, submitStatement, submissions(headers));
  process.stdout.write(JSON.stringify({ applicants, save, submit, seconds: (performance.now() - began) / 1_000 }));
} finally {
  await alone.stop();
}
process.exit(0);
