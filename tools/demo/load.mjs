// First part of the demonstration: the catalogue into registers, accreditation and admission, by the platform's imports.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { institutionsOf, programmesOf, toNdjson } from './catalogue.mjs';

const act = { authority: 'Ministry of Education', actNumber: 'DEMO-1', actOn: '2015-01-15' };
const lookEveryMs = 300;
const patienceMs = 60_000;

/** Sends rows as one import and waits until every row is judged. */
export async function importRows(api, service, kind, rows, report = () => undefined) {
  const path = `/${service}/v1/imports`;
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': randomUUID() };
  let job = await api.send('POST', `${path}?kind=${kind}`, toNdjson(rows), headers);
  while (!['DONE', 'REFUSED', 'ABORTED'].includes(job.state)) {
    await delay(lookEveryMs);
    job = await api.get(`${path}/${job.id}`);
    report(job.done, job.total);
  }
  if (job.state !== 'DONE') throw new Error(`The import of ${kind} was ${job.state.toLowerCase()}: ${job.error}`);
  return job;
}

/**
 * Imports rows that name things of another service. Those travel as events and may still be on their way: as long as more
 * rows are refused than can be explained, the same file is sent again; what is there already stays unchanged.
 */
export async function importWhenKnown(api, service, kind, rows, { expectedFailures, report }) {
  let first;
  for (const end = Date.now() + patienceMs; ; await delay(1_000)) {
    const job = await importRows(api, service, kind, rows, report);
    first ??= job;
    if (job.failed <= expectedFailures || Date.now() > end)
      return { ...job, created: Math.max(first.created, job.created + first.created) };
  }
}

export const loadInstitutions = (api, rows, report) =>
  importRows(api, 'registers', 'institutions', institutionsOf(rows), report);

export const loadProgrammes = (api, rows, report) =>
  importRows(api, 'registers', 'programmes', programmesOf(rows), report);

/** One decision for each offering that names an institution and a programme that exist: institution X may run programme P. */
export function loadDecisions(api, rows, options) {
  const documentHash = createHash('sha256').update('demonstration order').digest('hex');
  const decisions = rows.map((row) => ({
    institutionCodeScheme: 'UAI',
    institutionCode: row.institutionCode,
    programmeCodeScheme: 'PSUP',
    programmeCode: row.offeringCode,
    ...act,
    documentHash,
    validFrom: '2015-01-15',
  }));
  return importWhenKnown(api, 'accreditation', 'decisions', decisions, options);
}

/** Every offering of the catalogue, its places scaled to a country of Lithuania's size. */
export function loadOfferings(api, stage, rows, seats, options) {
  const offerings = rows.map((row, i) => ({
    stageId: stage.id,
    institutionCodeScheme: 'UAI',
    institutionCode: row.institutionCode,
    programmeCodeScheme: 'PSUP',
    programmeCode: row.offeringCode,
    ...(row.capacity === undefined ? {} : seats[i]),
    latitude: row.latitude,
    longitude: row.longitude,
  }));
  return importWhenKnown(api, 'admission', 'offerings', offerings, options);
}

/** The faults of an import by code and column, from its report, most frequent first. */
export async function faultsOf(api, service, job) {
  const { parse } = await import('csv-parse/sync');
  const text = await api.text(`/${service}/v1/imports/${job.id}/report`);
  const counts = new Map();
  for (const { pointer, code } of parse(text, { columns: true })) {
    const name = `${code.toLowerCase().replaceAll('_', ' ')}${pointer === '' ? '' : ` (${pointer.slice(1)})`}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}
