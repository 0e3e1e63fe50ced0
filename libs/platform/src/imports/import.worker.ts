import { Injectable, Logger } from '@nestjs/common';
import type pg from 'pg';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Actor } from '../auth/actor.js';
import { ServiceConfig } from '../config/config.js';
import { isOfSurroundings } from '../database/surroundings.js';
import type { Fault } from '../errors/domain-error.js';
import { toProblem } from '../errors/problem.filter.js';
import { ServiceLoop } from '../loop/service-loop.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { Clock } from '../time/clock.js';
import type { AnyImportKind, ImportKind, RowOutcome } from './import-kind.js';
import { begin, finish, note, record, restart, unstage } from './import-job.js';
import type { ImportJobRow, Tally } from './import-job.js';
import { readSlice } from './import-stage.js';
import type { Slice } from './import-stage.js';
import { SliceReading } from './slice-reading.js';
import type { ReadRows } from './slice-reading.js';

const pollMs = 2_000;
/** No slice takes longer; a worker that has lost its lead holds the relay back no longer. */
const sliceMs = 10_000;
/** How many slices are read while one is stored. */
const readAhead = 1;

/** A kind with what its rows are read by. */
interface Known {
  kind: AnyImportKind;
  reading: SliceReading;
}

/** Work on a job that has been begun. */
interface Work extends Known {
  job: ImportJobRow;
  client: pg.Client;
}

/** A slice whose rows are being read. */
interface ReadSlice extends Slice {
  rows: Promise<ReadRows>;
}

class RolledBack extends Error {
  constructor(readonly tally: Tally) {
    super('rolled back');
  }
}

/**
 * Judges staged rows, a slice in a transaction: the rows' effects, the report, the job's progress and the end of the slice
 * commit together, so that after a crash the job goes on with the next slice. While the database stores one slice, the next
 * ones are read. One worker of a service works at a time.
 */
@Injectable()
export class ImportWorker extends ServiceLoop {
  private readonly log = new Logger('Imports');
  private readonly kinds = new Map<string, Known>();
  private readonly waiting: (() => void)[] = [];
  private ahead: SlicesAhead | undefined;

  constructor(
    config: ServiceConfig,
    private readonly dataSource: DataSource,
    private readonly relay: OutboxRelay,
    private readonly clock: Clock,
  ) {
    super({ name: 'imports', url: config.DATABASE_URL, pollMs });
  }

  register<Row extends object, Prepared extends object = Row, Packed = Prepared[]>(
    kind: ImportKind<Row, Prepared, Packed>,
  ): void {
    this.kinds.set(kind.name, { kind: kind, reading: new SliceReading(kind) });
  }

  kind(name: string): AnyImportKind | undefined {
    return this.kinds.get(name)?.kind;
  }

  /** Resolves the next time that this worker, leading, finds nothing to do. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.rouse();
    });
  }

  /** Does the next slice of the oldest job. Returns 0 when there is none. */
  protected async turn(client: pg.Client): Promise<number> {
    const { rows } = await client.query<ImportJobRow>(
      `SELECT * FROM import_job WHERE state IN ('QUEUED', 'RUNNING') ORDER BY created_at, id LIMIT 1`,
    );
    const job = rows[0];
    this.relay.yieldFor(job ? sliceMs : 0);
    if (!job) {
      this.ahead = undefined;
      for (const resolve of this.waiting.splice(0)) resolve();
      return 0;
    }
    const known = this.kinds.get(job.kind);
    if (!known) {
      await finish(this.dataSource.manager, job, 'ABORTED', `There is no import of ${job.kind}.`);
      return 1;
    }
    if (job.state === 'QUEUED') await begin(this.dataSource.manager, job);
    const work = { job, client, ...known };
    if (job.mode === 'commit' && job.atomicity === 'all') await this.judgeAll(work);
    else await this.judgeNext(work);
    return 1;
  }

  private async judgeNext(work: Work): Promise<void> {
    const { job } = work;
    if (!this.ahead?.isOf(work)) this.ahead = new SlicesAhead(work, this.clock);
    const slice = await this.ahead.next();
    if (!slice) return finish(this.dataSource.manager, job, 'DONE', null);
    const conclude = async (tx: EntityManager, tally: Tally): Promise<void> => {
      await unstage(tx, job, slice.number);
      await record(tx, job, tally);
    };
    try {
      if (job.mode === 'commit')
        await this.dataSource.transaction(async (tx) => conclude(tx, await this.judge(tx, work, slice)));
      else {
        const tally = await this.dryRun(work, slice);
        await this.dataSource.transaction((tx) => conclude(tx, tally));
      }
    } catch (error) {
      // What was read ahead follows a slice that is still to be judged.
      this.ahead = undefined;
      throw error;
    }
  }

  private async dryRun(work: Work, slice: ReadSlice): Promise<Tally> {
    try {
      return await this.dataSource.transaction(async (tx) => {
        throw new RolledBack(await this.judge(tx, work, slice));
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
        const slices = new SlicesAhead(work, this.clock);
        for (let slice = await slices.next(); slice; slice = await slices.next()) {
          const tally = await this.judge(tx, work, slice);
          await note(client, job, tally);
          failed += tally.refused.length;
          if (this.stopped) throw new Error('The service stops; the import begins anew.');
        }
        if (failed > 0) throw new RolledBack(nothing());
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

  private async judge(tx: EntityManager, work: Work, slice: ReadSlice): Promise<Tally> {
    const tally = nothing();
    await this.judgeSome(tx, work, { ...slice, from: 0 }, tally);
    tally.refused.sort((a, b) => a.line - b.line);
    return tally;
  }

  /** Stores the rows that their class lets pass. If that fails, halves are read and tried, down to what it fails for. */
  private async judgeSome(
    tx: EntityManager,
    work: Work,
    slice: ReadSlice & { from: number },
    tally: Tally,
  ): Promise<void> {
    const { job, kind, reading } = work;
    const { from } = slice;
    const rows = await slice.rows;
    let outcomes: RowOutcome[] = [];
    try {
      if (rows.places.length > 0)
        outcomes = await tx.transaction((within) => kind.apply(within, rows.packed as never, actorOf(job)));
    } catch (error) {
      if (isOfSurroundings(error)) throw error;
      if (rows.count > 1) {
        this.log.debug(`Import ${job.id}: ${rows.count} rows are judged in halves`);
        const [half, end] = [from + Math.ceil(rows.count / 2), from + rows.count];
        for (const range of [
          { from, to: half },
          { from: half, to: end },
        ]) {
          const some = { ...slice, from: range.from, rows: reading.read(slice, range, this.clock.now()) };
          await this.judgeSome(tx, work, some, tally);
        }
        return;
      }
      outcomes = [faultOf(error)];
    }
    const refused: { place: number; faults: Fault[] }[] = [];
    rows.places.forEach((place, at) => {
      const outcome = outcomes[at] ?? [];
      if (typeof outcome === 'string') tally[outcome] += 1;
      else refused.push({ place, faults: outcome });
    });
    const shown = reading.show(
      slice,
      refused.map(({ place }) => place),
    );
    tally.refused.push(...rows.refused, ...shown.map((row, at) => ({ ...row, faults: refused[at]?.faults ?? [] })));
  }
}

/** The slices of a job in order, the next ones being read while one is judged. */
class SlicesAhead {
  private readonly read: Promise<ReadSlice | undefined>[] = [];
  private last: Promise<ReadSlice | undefined> | undefined;

  constructor(
    private readonly work: Work,
    private readonly clock: Clock,
  ) {}

  isOf({ job, client }: Work): boolean {
    return job.id === this.work.job.id && client === this.work.client;
  }

  /** The next slice, or undefined after the last one. */
  next(): Promise<ReadSlice | undefined> {
    while (this.read.length <= readAhead) {
      this.last = this.readAfter(this.last);
      // What it fails at is told when it is asked for.
      this.last.catch(() => undefined);
      this.read.push(this.last);
    }
    return this.read.shift() ?? Promise.resolve(undefined);
  }

  private async readAfter(before: Promise<ReadSlice | undefined> | undefined): Promise<ReadSlice | undefined> {
    const last = await before;
    if (before && !last) return undefined;
    const { job, client } = this.work;
    const slice = await readSlice(client, { job: job.id, stage: job.stage, after: last?.number ?? -1 });
    if (!slice) return undefined;
    const rows = this.work.reading.read(slice, { from: 0, to: Number.POSITIVE_INFINITY }, this.clock.now());
    rows.catch(() => undefined);
    return { ...slice, rows };
  }
}

const nothing = (): Tally => ({ created: 0, updated: 0, unchanged: 0, refused: [] });

function actorOf(job: ImportJobRow): Actor {
  return new Actor(job.client_id, new Set(job.actor.scopes), job.actor.national, new Set(job.actor.institutions));
}

function faultOf(error: unknown): Fault[] {
  const problem = toProblem(error, 'import', { url: '', id: '' });
  const code = problem.type.split(':').at(-1) ?? 'internal';
  return problem.errors ?? [{ pointer: '', code: code.replaceAll('-', '_').toUpperCase(), message: problem.detail }];
}
