import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { updateRows } from '@meistras/platform/database/rows';
import { Clock } from '@meistras/platform/time/clock';
import { ArtefactsService } from '../artefacts/artefacts.service.js';
import { StagesService } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { RunEngine } from './run.engine.js';
import type { Allocated, Refused } from './run.job.js';
import { RunPlanner } from './run.planner.js';
import { mayStandOn } from './run.rules.js';

/**
 * Has the work of a run done off the event loop, signs its artefact, moves the stage. Whatever stops it leaves the run
 * RUNNING; it is begun again with the next attempt, and the same input gives the same hashes.
 */
@Injectable()
export class RunExecutor {
  private readonly log = new Logger('Runs');

  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly planner: RunPlanner,
    private readonly engine: RunEngine,
    private readonly artefacts: ArtefactsService,
    private readonly clock: Clock,
  ) {}

  /** Does the oldest run that is not done. Returns 0 when there is none. */
  async next(): Promise<number> {
    const run = await this.takeUp();
    if (!run) return 0;
    const outcome = await this.engine.work(await this.planner.jobOf(run));
    if (outcome.kind !== 'GAVE_WAY') await this.conclude(run, outcome);
    return 1;
  }

  /** What an earlier attempt wrote is told from this one's by its number. */
  private async takeUp(): Promise<MatchingRun | undefined> {
    return this.dataSource.transaction(async (tx) => {
      const run = await tx.findOne(MatchingRun, {
        where: { state: 'RUNNING' },
        order: { id: 'ASC' },
        lock: { mode: 'pessimistic_write' },
      });
      if (!run) return undefined;
      run.attempt += 1;
      await updateRows(tx, MatchingRun, [run]);
      return run;
    });
  }

  /** The result, its signature and the stage that stands on it, in one transaction. */
  private async conclude({ id, stageId, attempt }: MatchingRun, outcome: Allocated | Refused): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'change');
      const run = await tx.findOneOrFail(MatchingRun, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (run.state !== 'RUNNING' || run.attempt !== attempt) return;
      const facts = outcome.kind === 'ALLOCATED' ? await this.completed(tx, run, outcome) : this.failed(outcome);
      Object.assign(run, facts, { version: run.version + 1, finishedAt: this.clock.now(), phase: null });
      await updateRows(tx, MatchingRun, [run]);
      if (outcome.kind === 'ALLOCATED' && mayStandOn(outcome.report))
        await this.stages.move(tx, stage, 'MATCHED', { runId: id });
    });
    this.log.log(
      outcome.kind === 'ALLOCATED'
        ? `Run ${id}: ${outcome.placed} of ${outcome.applicants} placed, ${outcome.resultHash}`
        : `Run ${id} failed: ${outcome.code}`,
    );
  }

  private async completed(tx: EntityManager, run: MatchingRun, outcome: Allocated): Promise<Partial<MatchingRun>> {
    const [row]: [{ kept: number }] = await tx.query('SELECT count(*)::int AS kept FROM placement WHERE run_id = $1', [
      run.id,
    ]);
    if (row.kept !== outcome.placed)
      throw new Error(`Run ${run.id}: ${row.kept} of ${outcome.placed} places are kept.`);
    const { inputHash, resultHash, digest, applicants, placed, report } = outcome;
    const keyId = await this.artefacts.seal(tx, run, outcome);
    return { state: 'COMPLETED', inputHash, resultHash, digest, keyId, applicants, placed, report };
  }

  private failed({ code, faultCount, faults }: Refused): Partial<MatchingRun> {
    return { state: 'FAILED', error: code, refusal: { faultCount, faults } };
  }
}
