import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Actor } from '../auth/actor.js';
import { LedLoopRunner } from '../bus/loop.js';
import { ServiceConfig } from '../config/config.js';
import { isOfSurroundings } from '../database/surroundings.js';
import type { Fault } from '../errors/domain-error.js';
import { toProblem } from '../errors/problem.filter.js';
import type { AnyImportKind, ImportKind, RowOutcome } from './import-kind.js';
import type { RawRow } from './import-line.js';
import { begin, finish, note, record, restart, tallyOf, unstage } from './import-job.js';
import type { ImportJobRow, Tally } from './import-job.js';
import { readSlice } from './import-stage.js';
import { readerOf } from './row-reader.js';
import type { RowReader } from './row-reader.js';

const pollMs = 2_000;

/** A row that its class has looked at. */
interface ReadRow extends RawRow {
  instance?: object;
}

interface ReadSlice {
  number: number;
  rows: ReadRow[];
}

/** Work on a job that has been begun, with what it is done with. */
interface Work {
  job: ImportJobRow;
  kind: AnyImportKind;
  read: RowReader;
  client: pg.Client;
}

class RolledBack extends Error {
  constructor(readonly tally: Tally) {
    super('rolled back');
  }
}

/**
 * Judges staged rows, a slice in a transaction: the rows' effects, the report, the job's progress and the end of the slice
 * commit together, so that after a crash the job goes on with the next slice. While the database stores one slice, the next
 * is read. One worker of a service works at a time.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Imports');
  private readonly kinds = new Map<string, { kind: AnyImportKind; read?: RowReader }>();
  private readonly waiting: (() => void)[] = [];
  private readonly runner: LedLoopRunner;
  private ahead: { work: Work; slice: Promise<ReadSlice | undefined> } | undefined;

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
      turn: (client) => this.turn(client),
    });
  }

  register<Row extends object, Prepared extends object = Row>(kind: ImportKind<Row, Prepared>): void {
    this.kinds.set(kind.name, { kind: kind });
  }

  kind(name: string): AnyImportKind | undefined {
    return this.kinds.get(name)?.kind;
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

  /** Does the next slice of the oldest job. Returns 0 when there is none. */
  private async turn(client: pg.Client): Promise<number> {
    const { rows } = await client.query<ImportJobRow>(
      `SELECT * FROM import_job WHERE state IN ('QUEUED', 'RUNNING') ORDER BY created_at, id LIMIT 1`,
    );
    const job = rows[0];
    if (!job) {
      for (const resolve of this.waiting.splice(0)) resolve();
      return 0;
    }
    const known = this.kinds.get(job.kind);
    if (!known) {
      await finish(this.dataSource.manager, job, 'ABORTED', `There is no import of ${job.kind}.`);
      return 1;
    }
    // Compiled at the first use: by then all decorators have run.
    known.read ??= readerOf(known.kind.row);
    if (job.state === 'QUEUED') await begin(this.dataSource.manager, job);
    const work = { job, kind: known.kind, read: known.read, client };
    if (job.mode === 'commit' && job.atomicity === 'all') await this.judgeAll(work);
    else await this.judgeNext(work);
    return 1;
  }

  private async judgeNext(work: Work): Promise<void> {
    const { job } = work;
    const slice = await this.next(work, -1);
    if (!slice) return finish(this.dataSource.manager, job, 'DONE', null);
    this.ahead = { work, slice: readNext(work, slice.number) };
    // What it fails at is told when it is asked for.
    this.ahead.slice.catch(() => undefined);
    const conclude = async (tx: EntityManager, tally: Tally): Promise<void> => {
      await unstage(tx, job, slice.number);
      await record(tx, job, tally);
    };
    if (job.mode === 'commit') {
      await this.dataSource.transaction(async (tx) => conclude(tx, await this.judge(tx, work, slice.rows)));
      return;
    }
    const tally = await this.dryRun(work, slice.rows);
    await this.dataSource.transaction((tx) => conclude(tx, tally));
  }

  /** The slice that was read ahead, if it is the one wanted. */
  private async next(work: Work, after: number): Promise<ReadSlice | undefined> {
    const { ahead } = this;
    this.ahead = undefined;
    const isWanted = ahead?.work.job.id === work.job.id && ahead.work.client === work.client;
    return isWanted ? ahead.slice : readNext(work, after);
  }

  private async dryRun(work: Work, rows: ReadRow[]): Promise<Tally> {
    try {
      return await this.dataSource.transaction(async (tx) => {
        throw new RolledBack(await this.judge(tx, work, rows));
      });
    } catch (error) {
      if (error instanceof RolledBack) return error.tally;
      throw error;
    }
  }

  /**
   * All or nothing: one transaction for the whole file, rolled back if a row was refused. Progress and report are told past it,
   * on the loop's own connection; after a crash all begins anew.
   */
  private async judgeAll(work: Work): Promise<void> {
    const { job, client } = work;
    await restart(client, job);
    let failed = 0;
    try {
      await this.dataSource.transaction(async (tx) => {
        for (let slice = await readNext(work, -1); slice;) {
          const ahead = readNext(work, slice.number);
          ahead.catch(() => undefined);
          const tally = await this.judge(tx, work, slice.rows);
          slice = await ahead;
          await note(client, job, tally);
          failed += tally.failed;
          if (this.runner.stopped) throw new Error('The service stops; the import begins anew.');
        }
        if (failed > 0) throw new RolledBack(tallyOf([], [], () => null));
        await finish(tx, job, 'DONE', null);
      });
    } catch (error) {
      if (!(error instanceof RolledBack)) throw error;
      await finish(
        this.dataSource.manager,
        job,
        'REFUSED',
        `${failed} ${failed === 1 ? 'row was' : 'rows were'} refused, so nothing was stored.`,
      );
    }
  }

  /** Stores the rows that their class lets pass. If that fails, halves are tried, down to the rows that it fails for. */
  private async judge(tx: EntityManager, work: Work, rows: ReadRow[]): Promise<Tally> {
    const { kind } = work;
    const good = rows.filter(({ instance }) => instance !== undefined);
    const outcomes = await this.apply(tx, work, good);
    const stored = new Map(good.map((row, at) => [row, outcomes[at] ?? []]));
    const ofAll = rows.map((row) => stored.get(row) ?? row.faults ?? []);
    return tallyOf(rows, ofAll, (row) => withoutSecrets(kind, row));
  }

  private async apply(tx: EntityManager, work: Work, rows: ReadRow[]): Promise<RowOutcome[]> {
    if (rows.length === 0) return [];
    const { job, kind } = work;
    try {
      const instances = rows.map(({ instance }) => instance) as never[];
      return await tx.transaction((within) => kind.apply(within, instances, actorOf(job)));
    } catch (error) {
      if (isOfSurroundings(error)) throw error;
      if (rows.length === 1) return [faultOf(error)];
      this.log.debug(`Import ${job.id}: ${rows.length} rows are judged in halves`);
      const half = Math.ceil(rows.length / 2);
      const first = await this.apply(tx, work, rows.slice(0, half));
      return [...first, ...(await this.apply(tx, work, rows.slice(half)))];
    }
  }
}

/** The next slice, each row looked at by its class. */
async function readNext({ job, kind, read, client }: Work, after: number): Promise<ReadSlice | undefined> {
  const slice = await readSlice(client, { job: job.id, stage: job.stage, after }, kind);
  const rows = slice?.rows.map((raw): ReadRow => {
    if (raw.row === null) return raw;
    const result = read(raw.row);
    return Array.isArray(result)
      ? { ...raw, faults: result as Fault[] }
      : { ...raw, instance: kind.prepare?.(result) ?? result };
  });
  return slice && rows && { number: slice.number, rows };
}

function withoutSecrets({ secrecy }: AnyImportKind, { row }: RawRow): RawRow['row'] {
  if (!secrecy || row === null) return row;
  const { columns, shown } = secrecy;
  const isShown = (name: string): boolean => (shown ? shown.includes(name) : !columns.includes(name));
  return Object.fromEntries(Object.entries(row).filter(([name]) => isShown(name)));
}

function actorOf(job: ImportJobRow): Actor {
  return new Actor(job.client_id, new Set(job.actor.scopes), job.actor.national, new Set(job.actor.institutions));
}

function faultOf(error: unknown): Fault[] {
  const problem = toProblem(error, 'import', { url: '', id: '' });
  const code = problem.type.split(':').at(-1) ?? 'internal';
  return problem.errors ?? [{ pointer: '', code: code.replaceAll('-', '_').toUpperCase(), message: problem.detail }];
}
