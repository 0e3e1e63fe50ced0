import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import { conflict, DomainError, invalid, missing } from '../errors/domain-error.js';
import type { Fault } from '../errors/domain-error.js';
import { Idempotency } from '../idempotency/idempotency.js';
import type { WriteOnce } from '../idempotency/idempotency.js';
import { Clock, Ids } from '../time/clock.js';
import { ImportWorker } from './import.worker.js';
import type { ImportJobRow } from './import-job.js';
import { bytesOf } from './import-body.js';
import { readLines } from './import-reader.js';
import { stageLines } from './import-stage.js';
import type { ImportJobDto, ImportQuery } from './imports.dto.js';

const reportBatch = 1_000;
/** How often a followed job is looked at, and how often a silent stream shows that it lives. */
const lookMs = 500;
const heartbeatMs = 15_000;

const underWay: ReadonlySet<ImportJobDto['state']> = new Set(['RECEIVING', 'QUEUED', 'RUNNING'] as const);

/** A file on its way in. */
export interface Upload {
  query: ImportQuery;
  format: 'csv' | 'ndjson';
  /** `Content-Encoding` of the body. */
  encoding: string | undefined;
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

/** Takes files of any size: rows are staged as they arrive, then judged in the background. */
@Injectable()
export class Imports implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly worker: ImportWorker,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Receives a file. Resolves with the queued job when the last row is staged. */
  async receive({ query, format, encoding, body, by, once }: Upload): Promise<ImportJobDto> {
    const kind = this.worker.kind(query.kind);
    if (!kind) throw invalid('import-kind', `There is no import of ${query.kind}.`);
    if (!by.may(kind.scope))
      throw new DomainError('forbidden', 'scope-missing', `The token lacks the scope ${kind.scope}.`);
    by.mustBeNational();
    const { id } = await this.idempotency.run(once, (tx) => this.open(tx, query, format, by));
    const stage = this.ids.next();
    try {
      if (!(await this.begin(id, stage))) return this.toDto(await this.row(id));
      const lines = readLines(bytesOf(body, encoding), format, kind);
      await this.queue(id, stage, await stageLines(this.dataSource, { job: id, stage }, kind, lines));
    } catch (error) {
      await this.abort(id, stage, error);
      throw error;
    } finally {
      body.resume();
    }
    this.worker.rouse();
    return this.toDto(await this.row(id));
  }

  async get(id: string, by: Actor): Promise<ImportJobDto> {
    return this.toDto(await this.own(id, by));
  }

  /** The job as server-sent events (WHATWG HTML, 9.2): at once, whenever it has changed, and at its end. */
  async *follow(id: string, by: Actor): AsyncGenerator<string> {
    let told = '';
    for (let silentMs = 0; !this.stopping.signal.aborted; silentMs += lookMs) {
      const job = await this.get(id, by);
      const data = `data: ${JSON.stringify(job)}\n\n`;
      if (!underWay.has(job.state)) {
        yield `event: end\n${data}`;
        return;
      }
      const progress = `${job.state} ${job.done}`;
      if (progress !== told || silentMs >= heartbeatMs) {
        yield progress === told ? ': still under way\n\n' : `event: progress\n${data}`;
        [told, silentMs] = [progress, 0];
      }
      await delay(lookMs, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** Lets those who follow go: a stream would hold the service's stop up. They may connect anew. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Every refused row, in order of the file, read in small steps. */
  async *report(id: string, by: Actor): AsyncGenerator<ReportLine> {
    await this.own(id, by);
    for (let after = -1; ;) {
      const rows: { line: number; row: ReportLine['row']; faults: Fault[] }[] = await this.dataSource.query(
        `SELECT line, row, faults FROM import_row WHERE job_id = $1 AND line > $2 ORDER BY line LIMIT ${reportBatch}`,
        [id, after],
      );
      for (const { line, row, faults } of rows) for (const fault of faults) yield { line, ...fault, row };
      const last = rows.at(-1);
      if (!last) return;
      after = last.line;
    }
  }

  private async open(tx: EntityManager, query: ImportQuery, format: string, by: Actor): Promise<{ id: string }> {
    const id = this.ids.next();
    const actor = { scopes: [...by.scopes], national: by.national, institutions: [...by.institutions] };
    await tx.query(
      `INSERT INTO import_job (id, kind, mode, atomicity, format, client_id, actor, state, stage) VALUES ($1, $2, $3, $4, $5, $6, $7, 'RECEIVING', $1)`,
      [id, query.kind, query.mode, query.atomicity, format, by.clientId, JSON.stringify(actor)],
    );
    return { id };
  }

  /**
   * From here on the rows of this upload are the file's, and no more those of one that broke off or still goes on. False if
   * the file is there already.
   */
  private async begin(id: string, stage: string): Promise<boolean> {
    const [, begun]: [unknown, number] = await this.dataSource.query(
      `UPDATE import_job SET state = 'RECEIVING', stage = $2 WHERE id = $1 AND state IN ('RECEIVING', 'ABORTED')`,
      [id, stage],
    );
    if (begun === 1) await this.dataSource.query('DELETE FROM import_slice WHERE job_id = $1', [id]);
    return begun === 1;
  }

  private async queue(id: string, stage: string, total: number): Promise<void> {
    const [, queued]: [unknown, number] = await this.dataSource.query(
      `UPDATE import_job SET state = 'QUEUED', total = $3, error = NULL, finished_at = NULL WHERE id = $1 AND stage = $2`,
      [id, stage, total],
    );
    if (queued !== 1) throw conflict('import-sent-again', 'The same import is being sent again.');
  }

  private async abort(id: string, stage: string, error: unknown): Promise<void> {
    const message = error instanceof DomainError ? error.message : 'The upload broke off.';
    await this.dataSource.query('DELETE FROM import_slice WHERE job_id = $1 AND stage = $2', [id, stage]);
    await this.dataSource.query(
      `UPDATE import_job SET state = 'ABORTED', error = $3, finished_at = now() WHERE id = $1 AND stage = $2 AND state = 'RECEIVING'`,
      [id, stage, message],
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
