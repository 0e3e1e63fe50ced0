import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { updateRows } from '@meistras/platform/database/rows';
import { DomainError } from '@meistras/platform/errors/domain-error';
import { Clock } from '@meistras/platform/time/clock';
import { buildProblem } from '../allocation/allocation.builder.js';
import { inputHash, resultHash } from '../allocation/allocation.hash.js';
import { runAllocation } from '../allocation/allocation.worker.js';
import { EqualLotteries } from '../allocation/lottery.rules.js';
import { RefusedInput } from '../allocation/refused-input.js';
import { StagesService } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { RunLoader } from './run.loader.js';
import { reportOf } from './run.rules.js';
import { RunStore } from './run.store.js';
import type { AllocatedStage } from './run.store.js';

type Outcome = Pick<MatchingRun, 'inputHash' | 'resultHash' | 'applicants' | 'placed' | 'report'>;

/**
 * Does the work of a run: load, allocate and verify off the event loop, keep the result, move the stage. Whatever stops it
 * leaves the run RUNNING; it is taken up from the beginning, and the same input gives the same hashes.
 */
@Injectable()
export class RunExecutor {
  private readonly log = new Logger('Runs');

  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly loader: RunLoader,
    private readonly store: RunStore,
    private readonly clock: Clock,
  ) {}

  /** Does the oldest run that is not done. Returns 0 when there is none. */
  async next(): Promise<number> {
    const run = await this.dataSource.manager.findOne(MatchingRun, {
      where: { state: 'RUNNING' },
      order: { id: 'ASC' },
    });
    if (!run) return 0;
    try {
      const { outcome, allocated } = await this.allocate(run);
      await this.store.keep(run.id, allocated);
      await this.finish(run, outcome);
    } catch (error) {
      const code = codeOfFault(error);
      if (code === undefined) throw error;
      await this.fail(run, code);
    }
    return 1;
  }

  private async allocate({ stageId }: MatchingRun): Promise<{ outcome: Outcome; allocated: AllocatedStage }> {
    const { input, eligible, merit } = await this.loader.load(await this.stages.upToDate(stageId));
    const built = buildProblem(input);
    const { names } = built;
    const before = inputHash(built.problem, names);
    const evidence = { eligible, merit };
    const run = await runAllocation({ problem: built.problem, evidence, byInstitutions: true });
    const { problem, result } = run;
    const warnings = built.warnings.map(({ path, code }) => `${path} ${code}`);
    const outcome: Outcome = {
      inputHash: before,
      resultHash: resultHash(result.option, names),
      applicants: problem.applicantCount,
      placed: result.optionTaken.reduce((sum, taken) => sum + taken, 0),
      report: reportOf(run, warnings),
    };
    return { outcome, allocated: { problem, names, result } };
  }

  private async finish(run: MatchingRun, outcome: Outcome): Promise<void> {
    await this.conclude(run, { ...outcome, state: 'COMPLETED' });
    const { placed, applicants, resultHash: hash } = outcome;
    this.log.log(`Run ${run.id}: ${placed ?? 0} of ${applicants ?? 0} placed, ${hash ?? ''}`);
  }

  private async fail(run: MatchingRun, error: string): Promise<void> {
    await this.conclude(run, { state: 'FAILED', error });
    this.log.error(`Run ${run.id} failed: ${error}`);
  }

  /** The result and the stage that stands on it, in one transaction. */
  private async conclude({ id, stageId }: MatchingRun, facts: Partial<MatchingRun>): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'change');
      const run = await tx.findOneOrFail(MatchingRun, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (run.state !== 'RUNNING') return;
      Object.assign(run, facts, { version: run.version + 1, finishedAt: this.clock.now() });
      await updateRows(tx, MatchingRun, [run]);
      if (run.report?.verified === true) await this.stages.move(tx, stage, 'MATCHED', { runId: id });
    });
  }
}

/** A fault that another attempt would meet again; whatever else fails is tried again. */
function codeOfFault(error: unknown): string | undefined {
  if (error instanceof RefusedInput || error instanceof EqualLotteries || error instanceof DomainError)
    return error.code;
  return error instanceof RangeError ? 'PROBLEM_INCONSISTENT' : undefined;
}
