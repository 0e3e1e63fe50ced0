// A register of a country's size: a file of learners in, a register out, the last page of a list, and a day in the past.
// The reference of each is what PostgreSQL does with the same rows when nobody asks for more.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { readCatalogue } from '../demo/catalogue.mjs';
import { loadInstitutions, loadProgrammes } from '../demo/load.mjs';
import { learnerRows } from '../generate-learners.mjs';
import { duplicatesBench, searchBench } from './people-bench.mjs';
import { cpuSeconds, load, residentMiB } from './measure.mjs';

const schools = 300;
const pageSize = 50;
const seconds = (since) => (performance.now() - since) / 1_000;

/** A valid JAR code (F-REG-2). */
function jarCode(number) {
  const body = String(30_000_000 + number);
  const remainder = (weights) => weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11;
  const first = remainder([1, 2, 3, 4, 5, 6, 7, 8]);
  return body + (first < 10 ? first : remainder([3, 4, 5, 6, 7, 8, 9, 1]) % 10);
}

/** A token lives for minutes, a bench longer. */
const asMinistry = async (api) => ({ authorization: `Bearer ${await api.token()}` });

/** The most memory that a process takes while something is done. To look takes milliseconds of a core that others need. */
async function peakWhile(pid, everyMs, work) {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, residentMiB(pid))), everyMs);
  try {
    return { result: await work(), peakMB: Math.max(peak, residentMiB(pid)) * 1.048576 };
  } finally {
    clearInterval(timer);
  }
}

/** The learners of the file, with the person that each is in truth. */
function* benchLearners(count) {
  let at = 0;
  for (const { truth, faults, ...row } of learnerRows({ count, seed: 42, duplicatesShare: 0.01 })) {
    // Two rows of one code that disagree would change the learner to and fro, each time that the file comes.
    if (faults.length > 0) delete row.personalCode;
    yield { ...row, truth, school: jarCode((faults.length === 0 ? truth : at) % schools) };
    at += 1;
  }
}

async function writeLearners(file, count) {
  const out = createWriteStream(file);
  let text = '';
  let at = 0;
  for (const { school, ...row } of benchLearners(count)) {
    delete row.truth;
    text += `${JSON.stringify({ ...row, institutionScheme: 'JAR', institutionCode: school })}\n`;
    if ((at += 1) % 1_000 !== 0) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
}

/** What a country's registers hold beside its learners: the institutions and programmes of the demonstration, and code lists. */
async function loadCountry({ api, owner, line }) {
  const catalogue = await readCatalogue();
  const [institutions, programmes] = [await loadInstitutions(api, catalogue), await loadProgrammes(api, catalogue)];
  const { rows } =
    await owner.query(`SELECT string_agg(classifier_code || ' ' || n, ', ' ORDER BY classifier_code) AS items
    FROM (SELECT classifier_code, count(*) AS n FROM classifier_item GROUP BY 1) c`);
  line(
    'institutions and programmes of a country beside the learners',
    '3,507 and 11,577',
    `${institutions.created} of ${institutions.total} and ${programmes.created} of ${programmes.total}, the rest refused by name; items of code lists: ${rows[0].items}`,
    institutions.total === 3_507 && programmes.total === 11_577,
  );
}

/** Sends a file and waits for the end of its job; seconds of the whole, and the job. */
async function importFile({ registers: { url }, api }, kind, body) {
  const began = performance.now();
  const sent = await fetch(`${url}/registers/v1/imports?kind=${kind}`, {
    method: 'POST',
    headers: { ...(await asMinistry(api)), 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() },
    body,
    duplex: 'half',
  });
  let job = await sent.json();
  const receivedIn = seconds(began);
  if (sent.status !== 202) throw new Error(JSON.stringify(job));
  while (job.state === 'QUEUED' || job.state === 'RUNNING') {
    await delay(250);
    job = await (await fetch(`${url}/registers/v1/imports/${job.id}`, { headers: await asMinistry(api) })).json();
  }
  if (job.state !== 'DONE') throw new Error(JSON.stringify(job));
  return { seconds: seconds(began), receivedIn, job };
}

/** The same final rows into a table of the same columns, indexes and foreign key, with COPY and nothing else. */
async function bareCopy(owner, file) {
  await owner.query('DROP TABLE IF EXISTS bench_learner');
  await owner.query('CREATE TABLE bench_learner (LIKE learner INCLUDING ALL)');
  await owner.query('ALTER TABLE bench_learner ADD FOREIGN KEY (institution_id) REFERENCES institution (id)');
  await pipeline(owner.query(copyTo('COPY (SELECT * FROM learner ORDER BY id) TO STDOUT')), createWriteStream(file));
  await owner.query('CHECKPOINT').catch(() => undefined);
  const began = performance.now();
  await pipeline(createReadStream(file), owner.query(copyFrom('COPY bench_learner FROM STDIN')));
  const took = seconds(began);
  await owner.query('DROP TABLE bench_learner');
  return took;
}

async function importBench(bench, count) {
  const { dir, registers, owner, line } = bench;
  const file = join(dir, 'learners.ndjson');
  await writeLearners(file, count);
  const rows = Array.from({ length: schools }, (_, at) =>
    JSON.stringify({ codeScheme: 'JAR', code: jarCode(at), name: `Bench ${at}` }),
  );
  await importFile(bench, 'institutions', rows.join('\n'));
  const send = () => importFile(bench, 'learners', createReadStream(file));
  const cpuBefore = cpuSeconds(registers.pid);
  const { result: first, peakMB } = await peakWhile(registers.pid, 1_000, send);
  const micros = ((cpuSeconds(registers.pid) - cpuBefore) / count) * 1e6;
  const { result: again, peakMB: peakAgain } = await peakWhile(registers.pid, 1_000, send);
  const copied = [];
  for (let i = 0; i < 2; i += 1) copied.push(await bareCopy(owner, join(dir, 'learners.copy')));
  const copy = Math.min(...copied);
  const ratio = copy / first.seconds;
  const { created, unchanged, failed } = first.job;
  line(
    `import of learners with dedupe and events, of a bare COPY`,
    '≥ 0.50',
    `${ratio.toFixed(2)} (${first.seconds.toFixed(1)} s, ${first.receivedIn.toFixed(1)} of them to receive it, of ${copy.toFixed(1)} s; ${created} new, ${unchanged} known, ${failed} refused; ${micros.toFixed(0)} µs of Node CPU each)`,
    ratio >= 0.5,
  );
  const faster = first.seconds / again.seconds;
  line(
    `the same file again, nothing to change`,
    '≥ 2 × faster',
    `${faster.toFixed(2)} × (${again.seconds.toFixed(1)} s; ${again.job.created + again.job.updated} changed)`,
    faster >= 2 && again.job.created + again.job.updated === 0,
  );
  const peak = Math.max(peakMB, peakAgain);
  line(`memory of the importing service`, '≤ 300 MB', `${peak.toFixed(0)} MB`, peak <= 300);
}

/** Employers as the register holds them; one in twenty has a history. */
async function fillEmployers(owner, count) {
  await owner.query(
    `INSERT INTO employer (id, version, state, valid_from, recorded_at, provider, code_scheme, code, name, address, municipality_code, workplaces)
     SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, 'REGISTERED', '2025-01-01', now(), 'bench', 'JAR',
       lpad(n::text, 9, '0'), 'Employer number ' || n, n || ' Long street', 'LT-16', '[]'
     FROM generate_series(1, $1::int) n`,
    [count],
  );
  await owner.query(
    `INSERT INTO register_period (id, register, entry_id, valid_from, valid_to, recorded_at, pending, facts, provider)
     SELECT gen_random_uuid(), 'employer', id, '2025-01-01', NULL, recorded_at, false,
       jsonb_build_object('code', code, 'codeScheme', code_scheme, 'name', name, 'state', state, 'workplaces', workplaces), provider
     FROM employer WHERE code::int % 20 = 0`,
  );
  await owner.query('ANALYZE employer, register_period');
}

async function untilReady(url) {
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) await delay(100);
}

async function drained(body) {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

async function exportBench({ registers, owner, api, line }) {
  const bare = `SELECT json_strip_nulls(json_build_object('id', id, 'version', version, 'state', state, 'validFrom', valid_from,
    'validTo', valid_to, 'recordedAt', to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'provider', provider,
    'legalBasis', legal_basis, 'reason', reason, 'codeScheme', code_scheme, 'code', code, 'name', name, 'address', address,
    'municipalityCode', municipality_code, 'workplaces', workplaces)) FROM employer ORDER BY id`;
  const [own, copies] = [[], []];
  let peak = 0;
  for (let i = 0; i < 3; i += 1) {
    let began = performance.now();
    await drained(owner.query(copyTo(`COPY (${bare}) TO STDOUT`)));
    copies.push(seconds(began));
    began = performance.now();
    const { peakMB } = await peakWhile(registers.pid, 200, async () => {
      const answer = await fetch(`${registers.url}/registers/v1/employers/export?format=ndjson`, {
        headers: { ...(await asMinistry(api)), 'accept-encoding': 'identity' },
      });
      if (!answer.ok) throw new Error(await answer.text());
      return drained(answer.body);
    });
    own.push(seconds(began));
    peak = Math.max(peak, peakMB);
  }
  const [took, copy] = [Math.min(...own), Math.min(...copies)];
  line(
    `export as NDJSON, of COPY with the JSON built there`,
    '≥ 0.80',
    `${(copy / took).toFixed(2)} (${took.toFixed(1)} s of ${copy.toFixed(1)} s)`,
    copy / took >= 0.8,
  );
  line(`memory of the exporting service`, '≤ 150 MB', `${peak.toFixed(0)} MB`, peak <= 150);
}

async function readBench({ registers, owner, api, line }, count) {
  const page = Math.min(20_000, count / pageSize);
  const { rows } = await owner.query('SELECT id FROM employer ORDER BY id OFFSET $1 LIMIT 1', [
    (page - 1) * pageSize - 1,
  ]);
  const after = Buffer.from(JSON.stringify([rows[0].id])).toString('base64url');
  const { rows: some } = await owner.query('SELECT id FROM employer TABLESAMPLE SYSTEM (1) LIMIT 2000');
  const millisOf = async (paths) => {
    const requests = paths.map((path) => ({ path: `/registers/v1/${path}` }));
    return (
      1_000 /
      (await load({ url: registers.url, requests, headers: await asMinistry(api), seconds: 3, connections: 4 }))
        .perSecond
    );
  };
  const compare = async (base, other) => {
    await millisOf(base);
    const ratios = [];
    for (let i = 0; i < 3; i += 1) {
      const reference = await millisOf(base);
      ratios.push((await millisOf(other)) / reference);
    }
    return ratios.toSorted((a, b) => a - b)[1];
  };
  const last = await compare([`employers?limit=${pageSize}`], [`employers?limit=${pageSize}&after=${after}`]);
  line('last page of 50 (20,000 at the most), of page 1', '≤ 1.2', last.toFixed(2), last <= 1.2);
  const plain = some.map(({ id }) => `employers/${id}`);
  const valid = await compare(
    plain,
    plain.map((path) => `${path}?validOn=2026-01-01`),
  );
  line(`read with validOn, of a plain read`, '≤ 1.3', valid.toFixed(2), valid <= 1.3);
}

/**
 * All of it at one size, on a platform whose other services are stopped: what they do with the events is measured by
 * events-bench.mjs. Leaves the registers as they are.
 * @param {{ platform: object, api: object, dir: string, line: Function }} run
 */
export async function registersBench({ platform, api, dir, line }, count) {
  const owner = new pg.Client({ connectionString: platform.postgres.databases.registers.MIGRATOR_DATABASE_URL });
  await owner.connect();
  await owner.query(`SET meistras.reach = '*'`);
  mkdirSync(join(dir, 'files'), { recursive: true });
  const registers = platform.services.find(({ name }) => name === 'registers');
  const bench = { dir: join(dir, 'files'), registers, owner, api, line };
  try {
    await loadCountry(bench);
    await importBench(bench, count);
    await duplicatesBench(bench, () => benchLearners(count));
    await searchBench(bench);
    await fillEmployers(owner, count);
    // What the import took is not the export's.
    await registers.stop();
    registers.restart();
    await untilReady(registers.url);
    await exportBench(bench);
    await readBench(bench, count);
  } finally {
    await owner.end();
    rmSync(bench.dir, { recursive: true, force: true });
  }
}
