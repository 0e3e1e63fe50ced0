import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Actor } from '../auth/actor.js';
import { LedLoopRunner } from '../bus/loop.js';
import { ServiceConfig } from '../config/config.js';
import type { Fault } from '../errors/domain-error.js';
import { toProblem } from '../errors/problem.filter.js';
import { faultsOf, withoutNulls } from '../http/validation.js';
import type { AnyImportKind, ImportKind, RowOutcome } from './import-kind.js';
import type { ImportJobRow } from './imports.service.js';

const chunkSize = 500;
const pollMs = 2_000;

interface PendingRow {
  line: number;
  row: Record<string, unknown> | null;
  faults: Fault[] | null;
}

class DryRun extends Error {
  constructor(readonly outcomes: RowOutcome[]) {
    super('rolled back');
  }
}

/**
 * Judges staged rows, a chunk in a transaction: the rows' effects, their outcomes and the job's progress commit together,
 * so that after a crash the job goes on with the next chunk. One worker of a service works at a time.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Imports');
  private readonly kinds = new Map<string, AnyImportKind>();
  private readonly waiting: (() => void)[] = [];
  private readonly runner: LedLoopRunner;

  constructor(
    config: ServiceConfig,
    private readonly dataSource: DataSource,
  ) {
    this.runner = new LedLoopRunner({
      name: 'imports',
      url: config.DATABASE_URL,
      lock: [7272745, 'imports'],
      pollMs,
      opened: () => Promise.resolve(),
      turn: () => this.turn(),
    });
  }

  register<Row extends object>(kind: ImportKind<Row>): void {
    this.kinds.set(kind.name, kind as unknown as AnyImportKind);
  }

  kind(name: string): AnyImportKind | undefined {
    return this.kinds.get(name);
  }

  rouse(): void {
    this.runner.waker.rouse();
  }

  /** Resolves the next time that this worker, leading, finds nothing to do. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.rouse();
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }

  /** Does the next piece of the oldest job. Returns 0 when there is none. */
  private async turn(): Promise<number> {
    const [job]: ImportJobRow[] = await this.dataSource.query(
      `SELECT * FROM import_job WHERE state IN ('QUEUED', 'RUNNING') ORDER BY created_at, id LIMIT 1`,
    );
    if (!job) {
      for (const resolve of this.waiting.splice(0)) resolve();
      return 0;
    }
    const kind = this.kinds.get(job.kind);
    if (!kind) {
      await this.finish(job, 'ABORTED', `There is no import of ${job.kind}.`);
      return 1;
    }
    if (job.state === 'QUEUED') {
      await this.dataSource.query(`UPDATE import_job SET state = 'RUNNING', started_at = now() WHERE id = $1`, [
        job.id,
      ]);
    }
    const rows = await this.pending(job.id);
    if (rows.length > 0) await this.judge(job, kind, rows);
    else await this.conclude(job, kind);
    return 1;
  }

  private pending(id: string): Promise<PendingRow[]> {
    return this.dataSource.query(
      `SELECT line, row, faults FROM import_row WHERE job_id = $1 AND outcome IS NULL ORDER BY line LIMIT ${chunkSize}`,
      [id],
    );
  }

  /** All rows are judged: finished, or, for all-or-nothing, now stored in one transaction if none was refused. */
  private async conclude(job: ImportJobRow, kind: AnyImportKind): Promise<void> {
    if (job.mode === 'validate' || job.atomicity === 'row') return this.finish(job, 'DONE', null);
    if (job.failed > 0) return this.finish(job, 'REFUSED', `${job.failed} rows were refused, so nothing was stored.`);
    await this.dataSource.transaction(async (tx) => {
      for (let after = -1; ;) {
        const rows: PendingRow[] = await tx.query(
          `SELECT line, row FROM import_row WHERE job_id = $1 AND line > $2 ORDER BY line LIMIT ${chunkSize}`,
          [job.id, after],
        );
        const last = rows.at(-1);
        if (!last) break;
        const outcomes = await kind.apply(tx, rows.map(({ row }) => toInstance(kind, row)) as never[], actorOf(job));
        if (outcomes.some((outcome) => typeof outcome !== 'string')) throw new Error('A row was refused on storing.');
        after = last.line;
      }
      await tx.query(`UPDATE import_job SET state = 'DONE', finished_at = now() WHERE id = $1`, [job.id]);
    });
  }

  private async finish(job: ImportJobRow, state: string, error: string | null): Promise<void> {
    await this.dataSource.query('UPDATE import_job SET state = $2, error = $3, finished_at = now() WHERE id = $1', [
      job.id,
      state,
      error,
    ]);
  }

  private async judge(job: ImportJobRow, kind: AnyImportKind, rows: PendingRow[]): Promise<void> {
    try {
      await this.judgeTogether(job, kind, rows);
    } catch (error) {
      if (rows.length === 1) {
        await this.dataSource.transaction((tx) => record(tx, job, rows, [faultOf(error)]));
        return;
      }
      this.log.warn(`Import ${job.id}: a chunk is judged row by row`);
      for (const row of rows) await this.judge(job, kind, [row]);
    }
  }

  private async judgeTogether(job: ImportJobRow, kind: AnyImportKind, rows: PendingRow[]): Promise<void> {
    const dry = job.mode === 'validate' || job.atomicity === 'all';
    try {
      await this.dataSource.transaction(async (tx) => {
        const outcomes = await outcomesOf(tx, job, kind, rows);
        if (dry) throw new DryRun(outcomes);
        await record(tx, job, rows, outcomes);
      });
    } catch (error) {
      if (!(error instanceof DryRun)) throw error;
      await this.dataSource.transaction((tx) => record(tx, job, rows, error.outcomes));
    }
  }
}

/** Checks every row by its class, then lets the kind store those that passed. */
async function outcomesOf(
  tx: EntityManager,
  job: ImportJobRow,
  kind: AnyImportKind,
  rows: PendingRow[],
): Promise<RowOutcome[]> {
  const outcomes: (RowOutcome | undefined)[] = rows.map(({ faults }) => faults ?? undefined);
  const good: { at: number; row: object }[] = [];
  rows.forEach(({ row }, at) => {
    if (outcomes[at]) return;
    const instance = toInstance(kind, row);
    const faults = validateSync(instance, { whitelist: true, forbidNonWhitelisted: true }).flatMap((error) =>
      faultsOf(error, ''),
    );
    if (faults.length > 0) outcomes[at] = faults;
    else good.push({ at, row: instance });
  });
  const applied = good.length === 0 ? [] : await kind.apply(tx, good.map(({ row }) => row) as never[], actorOf(job));
  good.forEach(({ at }, i) => (outcomes[at] = applied[i]));
  return outcomes.map((outcome) => outcome ?? []);
}

async function record(tx: EntityManager, job: ImportJobRow, rows: PendingRow[], outcomes: RowOutcome[]): Promise<void> {
  const names = outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : 'failed'));
  const count = (name: string): number => names.filter((each) => each === name).length;
  await tx.query(
    `UPDATE import_row r SET outcome = o.outcome, faults = o.faults
     FROM unnest($2::int[], $3::text[], $4::jsonb[]) AS o (line, outcome, faults) WHERE r.job_id = $1 AND r.line = o.line`,
    [
      job.id,
      rows.map(({ line }) => line),
      names,
      outcomes.map((outcome) => (typeof outcome === 'string' ? null : JSON.stringify(outcome))),
    ],
  );
  await tx.query(
    `UPDATE import_job SET done = done + $2, created = created + $3, updated = updated + $4, unchanged = unchanged + $5,
       failed = failed + $6 WHERE id = $1`,
    [job.id, rows.length, count('created'), count('updated'), count('unchanged'), count('failed')],
  );
}

function toInstance(kind: AnyImportKind, row: Record<string, unknown> | null): object {
  return plainToInstance<object, object>(kind.row, withoutNulls(row ?? {}));
}

function actorOf(job: ImportJobRow): Actor {
  return new Actor(job.client_id, new Set(job.actor.scopes), job.actor.national, new Set(job.actor.institutions));
}

function faultOf(error: unknown): Fault[] {
  const problem = toProblem(error, 'import', { url: '', id: '' });
  const code = problem.type.split(':').at(-1) ?? 'internal';
  return problem.errors ?? [{ pointer: '', code: code.replaceAll('-', '_').toUpperCase(), message: problem.detail }];
}
