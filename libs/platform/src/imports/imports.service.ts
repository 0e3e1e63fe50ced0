import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import { DomainError, invalid, missing } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { WriteOnce } from '../idempotency/idempotency.js';
import { Clock, Ids } from '../time/clock.js';
import { ImportWorker } from './import.worker.js';
import { readRows, storable } from './import-reader.js';
import type { RawRow } from './import-reader.js';
import type { ImportJobDto, ImportQuery } from './imports.dto.js';

const stageBatch = 1_000;
const reportBatch = 1_000;

export interface ImportJobRow {
  id: string;
  kind: string;
  mode: ImportJobDto['mode'];
  atomicity: ImportJobDto['atomicity'];
  client_id: string;
  actor: { scopes: string[]; national: boolean; institutions: string[] };
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

/** A file on its way in. */
export interface Upload {
  query: ImportQuery;
  format: 'csv' | 'ndjson';
  body: Readable;
  by: Actor;
  once: WriteOnce;
}

/** One refused row of the report. */
export interface ReportLine {
  line: number;
  pointer: string;
  code: string;
  message: string;
  row: Record<string, unknown> | null;
}

/** Takes files of any size: rows are staged as they arrive, then judged in the background in small transactions. */
@Injectable()
export class Imports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly worker: ImportWorker,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Receives a file. Resolves with the queued job when the last row is staged. */
  async receive({ query, format, body, by, once }: Upload): Promise<ImportJobDto> {
    const kind = this.worker.kind(query.kind);
    if (!kind) throw invalid('import-kind', `There is no import of ${query.kind}.`);
    if (!by.may(kind.scope))
      throw new DomainError('forbidden', 'scope-missing', `The token lacks the scope ${kind.scope}.`);
    by.mustBeNational();
    const { id } = await this.idempotency.run(once, () => this.open(query, format, by));
    const job = await this.row(id);
    if (job.state !== 'RECEIVING' && job.state !== 'ABORTED') {
      body.resume();
      return this.toDto(job);
    }
    try {
      await this.stage(id, readRows(body, format, kind));
    } catch (error) {
      await this.abort(id, error);
      throw error;
    }
    this.worker.rouse();
    return this.toDto(await this.row(id));
  }

  async get(id: string, by: Actor): Promise<ImportJobDto> {
    return this.toDto(await this.own(id, by));
  }

  /** Every refused row, in order of the file, read in small steps. */
  async *report(id: string, by: Actor): AsyncGenerator<ReportLine> {
    await this.own(id, by);
    for (let after = -1; ;) {
      const rows: { line: number; row: ReportLine['row']; faults: Fault[] }[] = await this.dataSource.query(
        `SELECT line, row, faults FROM import_row WHERE job_id = $1 AND line > $2 AND faults IS NOT NULL ORDER BY line LIMIT ${reportBatch}`,
        [id, after],
      );
      for (const { line, row, faults } of rows) for (const fault of faults) yield { line, ...fault, row };
      const last = rows.at(-1);
      if (!last) return;
      after = last.line;
    }
  }

  private async open(query: ImportQuery, format: string, by: Actor): Promise<{ id: string }> {
    const id = this.ids.next();
    const actor = { scopes: [...by.scopes], national: by.national, institutions: [...by.institutions] };
    await this.dataSource.query(
      `INSERT INTO import_job (id, kind, mode, atomicity, format, client_id, actor, state) VALUES ($1, $2, $3, $4, $5, $6, $7, 'RECEIVING')`,
      [id, query.kind, query.mode, query.atomicity, format, by.clientId, JSON.stringify(actor)],
    );
    return { id };
  }

  /** Stages in small statements of their own: a long transaction would hold every relay of the cluster back. */
  private async stage(id: string, rows: AsyncIterable<RawRow>): Promise<void> {
    await this.dataSource.query('DELETE FROM import_row WHERE job_id = $1', [id]);
    let batch: RawRow[] = [];
    let total = 0;
    for await (const raw of rows) {
      batch.push(storable(raw));
      if (batch.length < stageBatch) continue;
      total += await this.store(id, batch);
      batch = [];
    }
    total += await this.store(id, batch);
    await this.dataSource.query(`UPDATE import_job SET state = 'QUEUED', total = $2, error = NULL WHERE id = $1`, [
      id,
      total,
    ]);
  }

  private async store(id: string, batch: RawRow[]): Promise<number> {
    await this.dataSource.query(
      `INSERT INTO import_row (job_id, line, row, faults)
       SELECT $1, r.line, r.row, r.faults FROM unnest($2::int[], $3::jsonb[], $4::jsonb[]) AS r (line, row, faults)`,
      [
        id,
        batch.map((raw) => raw.line),
        batch.map((raw) => (raw.row ? JSON.stringify(raw.row) : null)),
        batch.map((raw) => (raw.faults ? JSON.stringify(raw.faults) : null)),
      ],
    );
    return batch.length;
  }

  private async abort(id: string, error: unknown): Promise<void> {
    const message = error instanceof DomainError ? error.message : 'The upload broke off.';
    await this.dataSource.query('DELETE FROM import_row WHERE job_id = $1', [id]);
    await this.dataSource.query(
      `UPDATE import_job SET state = 'ABORTED', error = $2, finished_at = now() WHERE id = $1`,
      [id, message],
    );
  }

  /** A client reads its own imports; another one only if it might have sent the same rows: the report shows them. */
  private async own(id: string, by: Actor): Promise<ImportJobRow> {
    const job = await this.row(id);
    const scope = this.worker.kind(job.kind)?.scope;
    const mayToo = by.national && scope !== undefined && by.may(scope);
    if (job.client_id !== by.clientId && !mayToo) throw missing('import');
    return job;
  }

  private async row(id: string): Promise<ImportJobRow> {
    const [job]: ImportJobRow[] = await this.dataSource.query('SELECT * FROM import_job WHERE id = $1', [id]);
    if (!job) throw missing('import');
    return job;
  }

  private toDto(job: ImportJobRow): ImportJobDto {
    const until = job.finished_at ?? this.clock.now();
    const seconds = job.started_at ? Math.max((until.getTime() - job.started_at.getTime()) / 1_000, 0.001) : 0;
    const rate = seconds > 0 ? job.done / seconds : 0;
    const { id, kind, mode, atomicity, state, total, done, created, updated, unchanged, failed } = job;
    return {
      ...{ id, kind, mode, atomicity, state, total, done, created, updated, unchanged, failed },
      ratePerSecond: Math.round(rate),
      createdAt: job.created_at.toISOString(),
      ...(state === 'RUNNING' && rate > 0 ? { etaSeconds: Math.ceil((total - done) / rate) } : {}),
      ...(job.error === null ? {} : { error: job.error }),
      ...(job.finished_at === null ? {} : { finishedAt: job.finished_at.toISOString() }),
    };
  }
}
