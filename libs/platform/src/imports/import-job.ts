import type { EntityManager } from 'typeorm';
import type pg from 'pg';
import type { ImportJobDto } from './imports.dto.js';
import type { RefusedRow } from './slice-reading.js';

export interface ImportJobRow {
  id: string;
  kind: string;
  mode: ImportJobDto['mode'];
  atomicity: ImportJobDto['atomicity'];
  client_id: string;
  actor: { scopes: string[]; national: boolean; institutions: string[] };
  /** The upload whose slices are the file: an earlier one under the same key may have broken off. */
  stage: string;
  state: ImportJobDto['state'];
  total: number;
  done: number;
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  error: string | null;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
}

/** What became of some rows. Only those that were refused are named. */
export interface Tally {
  created: number;
  updated: number;
  unchanged: number;
  refused: RefusedRow[];
}

const begun = `UPDATE import_job SET state = 'RUNNING', started_at = now() WHERE id = $1`;

export async function begin(tx: EntityManager, job: ImportJobRow): Promise<void> {
  await tx.query(begun, [job.id]);
}

/** Whether rows of a kind are being judged. What a file need not wait for, and what costs less after it, may wait. */
export async function isImporting(tx: EntityManager, kind: string): Promise<boolean> {
  const rows: object[] = await tx.query(`SELECT 1 FROM import_job WHERE kind = $1 AND state = 'RUNNING' LIMIT 1`, [
    kind,
  ]);
  return rows.length > 0;
}

/** Forgets the progress of an attempt that ended with its process. */
export async function restart(client: pg.Client, job: ImportJobRow): Promise<void> {
  await client.query('DELETE FROM import_row WHERE job_id = $1', [job.id]);
  const counts = ['done', 'created', 'updated', 'unchanged', 'failed'].map((name) => `${name} = 0`).join(', ');
  await client.query(`UPDATE import_job SET ${counts}, started_at = now() WHERE id = $1`, [job.id]);
}

/** A slice is judged once: who does not find it any more gives up what was done with it. */
export async function unstage(tx: EntityManager, { id, stage }: ImportJobRow, number: number): Promise<void> {
  const [, deleted]: [unknown, number] = await tx.query(
    'DELETE FROM import_slice WHERE job_id = $1 AND stage = $2 AND number = $3',
    [id, stage, number],
  );
  if (deleted !== 1) throw new Error(`Slice ${number} of import ${id} was judged by another worker.`);
}

const progress = `UPDATE import_job SET done = done + $2, created = created + $3, updated = updated + $4,
  unchanged = unchanged + $5, failed = failed + $6 WHERE id = $1`;

const report = `INSERT INTO import_row (job_id, line, row, faults)
  SELECT $1, r.line, r.row, r.faults FROM unnest($2::int[], $3::jsonb[], $4::jsonb[]) AS r (line, row, faults)`;

type Query = (text: string, values: unknown[]) => Promise<unknown>;

async function write(query: Query, { id }: ImportJobRow, tally: Tally): Promise<void> {
  const { created, updated, unchanged, refused } = tally;
  const failed = refused.length;
  const done = created + updated + unchanged + failed;
  await query(progress, [id, done, created, updated, unchanged, failed]);
  if (refused.length === 0) return;
  await query(report, [
    id,
    refused.map(({ line }) => line),
    refused.map(({ row }) => (row === null ? null : JSON.stringify(row))),
    refused.map(({ faults }) => JSON.stringify(faults)),
  ]);
}

/** Progress and report, with what was stored. */
export const record = (tx: EntityManager, job: ImportJobRow, tally: Tally): Promise<void> =>
  write((text, values) => tx.query(text, values), job, tally);

/** Progress and report, on a connection of its own. */
export const note = (client: pg.Client, job: ImportJobRow, tally: Tally): Promise<void> =>
  write((text, values) => client.query(text, values), job, tally);

/** The end of a job; what is still staged goes. */
export async function finish(
  tx: EntityManager,
  job: ImportJobRow,
  state: ImportJobRow['state'],
  error: string | null,
): Promise<void> {
  await tx.query('DELETE FROM import_slice WHERE job_id = $1', [job.id]);
  await tx.query('UPDATE import_job SET state = $2, error = $3, finished_at = now() WHERE id = $1', [
    job.id,
    state,
    error,
  ]);
}
