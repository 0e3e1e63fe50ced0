import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { updateRows } from '@meistras/platform/database/rows';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { Clock } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../admission.config.js';
import { seedCommitment } from '../allocation/lottery.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { RunEngine } from '../runs/run.engine.js';
import type { Allocated, Refused, RunJob } from '../runs/run.job.js';
import { RunPlanner } from '../runs/run.planner.js';
import { finalAtWork } from '../runs/run.source.js';
import { isPublished } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { TrialRun } from './trial-run.entity.js';

const dayMs = 86_400_000;
/** A trial that was begun so often and never ended, whatever broke it off, is not begun again. */
const attemptsAtMost = 20;

/**
 * Works trials off, one at a time, by the engine and the verifier of the real runs, but in a loop of its own: neither a
 * final run nor a stage waits for it. A final run that comes makes the trial give way; it is begun again afterwards, as
 * after a crash.
 */
@Injectable()
export class TrialExecutor extends ServiceLoop {
  /** Rows deleted in one short transaction: a long one would hold back every relay of the cluster. */
  piece = 25_000;
  private readonly log = new Logger('TrialRuns');

  constructor(
    config: AdmissionConfig,
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly planner: RunPlanner,
    private readonly engine: RunEngine,
    private readonly clock: Clock,
  ) {
    super({
      ...{ name: 'trial-runs', url: config.DATABASE_URL },
      ...{ pollMs: config.STAGE_CLOCK_POLL_MS, on: config.STAGE_CLOCK === 'on' },
    });
  }

  /** Does the next trial, and deletes a piece of what was thrown away. Returns how much it did; 0 when nothing is left. */
  async turn(): Promise<number> {
    return (await this.forget()) + (await this.next());
  }

  private async next(): Promise<number> {
    const trial = await this.takeUp();
    if (!trial) return 0;
    const stage = await this.stages.upToDate(trial.stageId);
    if (trial.attempt > attemptsAtMost) {
      await this.conclude(trial, stage, { kind: 'REFUSED', code: 'broken-off', faultCount: 0, faults: [] });
      return 1;
    }
    const outcome = await this.engine.work(await this.jobOf(trial, stage));
    if (outcome.kind === 'GAVE_WAY') return 0;
    await this.conclude(trial, stage, outcome);
    return 1;
  }

  /** The trial begun least often, while no final run is at work. */
  private async takeUp(): Promise<TrialRun | undefined> {
    return this.dataSource.transaction(async (tx) => {
      const trial = await tx
        .createQueryBuilder(TrialRun, 't')
        .where(`t.state = 'RUNNING' AND NOT ${finalAtWork}`)
        .orderBy({ 't.attempt': 'ASC', 't.id': 'ASC' })
        .setLock('pessimistic_write')
        .getOne();
      if (!trial) return undefined;
      trial.attempt += 1;
      await updateRows(tx, TrialRun, [trial]);
      return trial;
    });
  }

  private async jobOf(trial: TrialRun, stage: Stage): Promise<RunJob> {
    const { seed, publicDraw, assumptions } = trial;
    // The stage's salt hides facts behind hashes that are handed out; before there is one, a trial does without.
    const salt = isPublished(stage) ? await this.planner.saltOf(stage.id) : seed;
    const job = await this.planner.plan(stage, {
      ...{ kind: 'TRIAL', run: trial, secrets: { seed, seedCommitment: seedCommitment(seed), publicDraw, salt } },
      assumed: new Map(assumptions.policy.map(({ code, value }) => [code, value])),
    });
    return { ...job, assumptions };
  }

  private async conclude(begun: TrialRun, { state: stageState }: Stage, outcome: Allocated | Refused): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      const trial = await tx.findOne(TrialRun, { where: { id: begun.id }, lock: { mode: 'pessimistic_write' } });
      if (trial?.state !== 'RUNNING' || trial.attempt !== begun.attempt) return;
      const facts = outcome.kind === 'ALLOCATED' ? await completed(tx, trial, outcome) : failed(outcome);
      Object.assign(trial, facts, {
        stageState,
        version: trial.version + 1,
        finishedAt: this.clock.now(),
        phase: null,
      });
      await updateRows(tx, TrialRun, [trial]);
    });
    const { kind } = outcome;
    this.log.log(`Trial run ${begun.id}: ${kind === 'ALLOCATED' ? `${outcome.placed} placed` : outcome.code}`);
  }

  /** Trials end by themselves after `adm.retention.trialRuns`; of one that is over a piece is deleted, at last its row. */
  private async forget(): Promise<number> {
    const now = this.clock.now();
    const days = this.policies.on('adm.retention.trialRuns', this.stages.dayOf(now));
    await this.dataSource.query(
      `UPDATE trial_run SET state = 'DISCARDED', version = version + 1
       WHERE state IN ('COMPLETED', 'FAILED') AND finished_at < $1`,
      [new Date(now.getTime() - days * dayMs)],
    );
    const [over]: { id: string }[] = await this.dataSource.query(
      `SELECT id FROM trial_run WHERE state = 'DISCARDED' ORDER BY id LIMIT 1`,
    );
    if (!over) return 0;
    const [, deleted]: [unknown, number] = await this.dataSource.query(
      `DELETE FROM trial_placement WHERE run_id = $1 AND application_id IN
         (SELECT application_id FROM trial_placement WHERE run_id = $1 ORDER BY application_id LIMIT $2)`,
      [over.id, this.piece],
    );
    if (deleted < this.piece)
      await this.dataSource.transaction(async (tx) => {
        await tx.query('DELETE FROM trial_limit WHERE run_id = $1', [over.id]);
        await tx.query('DELETE FROM trial_run WHERE id = $1', [over.id]);
      });
    return 1;
  }
}

function failed({ code, faultCount, faults }: Refused): Partial<TrialRun> {
  return { state: 'FAILED', error: code, refusal: { faultCount, faults } };
}

async function completed(tx: EntityManager, { id }: TrialRun, outcome: Allocated): Promise<Partial<TrialRun>> {
  const [row]: [{ kept: number; funded: number }] = await tx.query(
    `SELECT count(*)::int AS kept, (count(*) FILTER (WHERE funding_type = 'VF'))::int AS funded
     FROM trial_placement WHERE run_id = $1`,
    [id],
  );
  if (row.kept !== outcome.placed) throw new Error(`Trial run ${id}: ${row.kept} of ${outcome.placed} are kept.`);
  const { inputHash, resultHash, applicants, placed, added, leftOut, report } = outcome;
  const { funded } = row;
  return { state: 'COMPLETED', inputHash, resultHash, applicants, placed, added, leftOut, funded, report };
}
