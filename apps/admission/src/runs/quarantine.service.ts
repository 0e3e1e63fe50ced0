import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { updateRows } from '@meistras/platform/database/rows';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../admission.config.js';
import { StagesService } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { QuarantineDecision } from './quarantine-decision.entity.js';
import { assertMayRelease } from './run.rules.js';
import { RunStore } from './run.store.js';
import { toRunDto } from './runs.dto.js';
import type { DecideQuarantineDto, RunDto } from './runs.dto.js';

/** What becomes of the groups that a run holds back (section 5.4). */
@Injectable()
export class QuarantineService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AdmissionConfig,
    private readonly idempotency: Idempotency,
    private readonly stages: StagesService,
    private readonly store: RunStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The group's results stand. Where the others are published already, its invitations go out now. */
  async release(
    runId: string,
    { group, act }: DecideQuarantineDto,
    { by, once }: { by: Actor; once: WriteOnce },
  ): Promise<RunDto> {
    const found = await this.dataSource.manager.findOneBy(MatchingRun, { id: runId });
    if (!found) throw missing('run');
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stages.lock(tx, found.stageId, 'change');
      const run = await tx.findOneOrFail(MatchingRun, { where: { id: runId }, lock: { mode: 'pessimistic_write' } });
      const decisions = await tx.findBy(QuarantineDecision, { runId });
      assertMayRelease(run, group, {
        ...{ currentRun: stage.runId, by: by.clientId, decided: decisions.map((each) => each.group) },
        secondPersonNeeded: this.config.REQUIRE_SECOND_PERSON === 'true',
      });
      const decidedAt = this.clock.now();
      await tx.insert(QuarantineDecision, {
        id: this.ids.next(),
        runId,
        group,
        act,
        decidedBy: by.clientId,
        decidedAt,
      });
      run.version += 1;
      if (run.state !== 'COMPLETED') {
        const total = (run.placed ?? 0) - (await this.store.heldBy(tx, runId)).places;
        Object.assign(run, { state: 'PUBLISHING', publishedUpTo: null, phase: 'PUBLISHING', total });
      }
      await updateRows(tx, MatchingRun, [run]);
      return toRunDto(run);
    });
  }
}
