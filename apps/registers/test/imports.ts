import { ImportWorker } from '@meistras/platform/imports/import.worker';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import { stringify } from 'csv-stringify/sync';
import { registrar } from './builders.js';

export interface Job {
  id: string;
  state: string;
  total: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

/** Sends a file as an import and waits for the end of its job. */
export async function importFile(
  api: ServiceUnderTest,
  kind: string,
  rows: object[],
  format = 'text/csv',
  as: Caller = registrar,
): Promise<Job> {
  const file =
    format === 'text/csv' ? stringify(rows, { header: true }) : rows.map((row) => JSON.stringify(row)).join('\n');
  const { body } = await api.as(as).post(`/imports?kind=${kind}`, file, { 'content-type': format }).expect(202);
  for (;;) {
    const { body: job } = await api.as(as).get(`/imports/${body.id}`).expect(200);
    if (!['QUEUED', 'RUNNING'].includes(job.state)) return job;
    await api.app.get(ImportWorker).idle();
  }
}

/** Code and pointer of every fault in a job's report, with how often it stands there. */
export async function reportOf(
  api: ServiceUnderTest,
  job: Job,
  as: Caller = registrar,
): Promise<Record<string, number>> {
  const { text } = await api.as(as).get(`/imports/${job.id}/report`).expect(200);
  const counts: Record<string, number> = {};
  for (const line of text.trim().split('\n').slice(1)) {
    const [, pointer = '', code = ''] = line.split(',');
    counts[`${pointer} ${code}`] = (counts[`${pointer} ${code}`] ?? 0) + 1;
  }
  return counts;
}
