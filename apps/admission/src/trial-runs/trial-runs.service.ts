import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { insertRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { MatchingRun } from '../runs/matching-run.entity.js';
import { workBy } from '../runs/run-work.entity.js';
import { SeedSource } from '../stages/seed-source.js';
import { isPublished } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { TrialRun } from './trial-run.entity.js';
import { assertMayTry, assumptionsOf } from './trial-run.rules.js';
import { triedStage } from './trial-runs.queries.js';
import { askedOf, toTrialRunDto } from './trial-runs.dto.js';
import type { TrialRunDto, TrialRunsQuery, TryStageDto } from './trial-runs.dto.js';

/** What would be, if: a stage is run on a copy, and nothing of it changes. */
@Injectable()
export class TrialRunsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly stages: StagesService,
    private readonly seeds: SeedSource,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Holds nothing of the stage: whoever moves or runs it does not wait for a trial. */
  async start(stageId: string, dto: TryStageDto, { by, once }: { by: Actor; once: WriteOnce }): Promise<TrialRunDto> {
    const stage = await this.stages.upToDate(stageId);
    return this.idempotency.run(once, async (tx) => {
      assertMayTry(stage, await tx.countBy(TrialRun, { stageId, state: 'RUNNING' }));
      const asked = askedOf(dto);
      const assumptions = assumptionsOf(asked, await triedStage(tx, stage, asked));
      const trial: TrialRun = {
        ...{ ...workBy(by.clientId, this.clock.now()), id: this.ids.next(), stageId, state: 'RUNNING' },
        ...{ name: dto.name ?? null, reason: dto.reason ?? null, assumptions },
        ...(await this.lotteryOf(tx, stage, asked.seed)),
        ...{ stageState: null, added: null, leftOut: null, funded: null },
      };
      await insertRows(tx, TrialRun, [trial]);
      return toTrialRunDto(trial);
    });
  }

  async get(id: string): Promise<TrialRunDto> {
    const trial = await this.dataSource.manager.findOneBy(TrialRun, { id });
    if (!trial || trial.state === 'DISCARDED') throw missing('trial run');
    return toTrialRunDto(trial);
  }

  async list(stageId: string, query: TrialRunsQuery): Promise<Page<TrialRunDto>> {
    await this.stages.upToDate(stageId);
    const rows = await this.dataSource.manager
      .createQueryBuilder(TrialRun, 't')
      .where(`t.stage_id = :stageId AND t.id > :after AND t.state <> 'DISCARDED'`, { stageId, after: afterId(query) })
      .orderBy('t.id')
      .limit(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toTrialRunDto, (row) => [row.id]);
  }

  /** It is gone at once, also while it is at work; what it stored is deleted in the background. */
  async discard(id: string): Promise<void> {
    const [, discarded]: [unknown, number] = await this.dataSource.query(
      `UPDATE trial_run SET state = 'DISCARDED', version = version + 1 WHERE id = $1 AND state <> 'DISCARDED'`,
      [id],
    );
    if (discarded === 0) throw missing('trial run');
  }

  /** The seed asked for, or the stage's own once it is revealed, or a fresh one; never a promised one (P9). */
  private async lotteryOf(
    tx: EntityManager,
    stage: Stage,
    asked: string | undefined,
  ): Promise<Pick<TrialRun, 'seed' | 'publicDraw'>> {
    const revealed = isPublished(stage) ? stage.seed : null;
    const seed = asked ?? revealed ?? this.seeds.draw();
    if (seed !== revealed || stage.runId === null) return { seed, publicDraw: null };
    const run = await tx.findOneByOrFail(MatchingRun, { id: stage.runId });
    return { seed, publicDraw: run.publicDraw };
  }
}
