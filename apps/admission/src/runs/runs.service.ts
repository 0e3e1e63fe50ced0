import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import type { Actor } from '@meistras/platform/auth/actor';
import { updateRows } from '@meistras/platform/database/rows';
import { conflict, DomainError, missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../admission.config.js';
import { seedFits } from '../allocation/lottery.rules.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { assertTakesResults } from '../stages/stage.rules.js';
import { PoliciesService } from '../policies/policies.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { MatchingRun } from './matching-run.entity.js';
import { workBy } from './run-work.entity.js';
import { assertDraw, assertMayPublish } from './run.rules.js';
import { RunStore } from './run.store.js';
import { toRunDto } from './runs.dto.js';
import type { RunDto, RunsQuery, StartRunQuery } from './runs.dto.js';

@Injectable()
export class RunsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly config: AdmissionConfig,
    private readonly idempotency: Idempotency,
    private readonly stages: StagesService,
    private readonly invitations: InvitationsService,
    private readonly policies: PoliciesService,
    private readonly store: RunStore,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Starts a run of a locked stage; a matched one goes back to LOCKED and both runs are kept. */
  async start(stageId: string, query: StartRunQuery, { by, once }: { by: Actor; once: WriteOnce }): Promise<RunDto> {
    const { applyFrom } = await this.stages.upToDate(stageId);
    const drawn = this.policies.on('adm.lottery.publicDraw', this.stages.dayOf(applyFrom));
    return this.idempotency.run(once, async (tx) => {
      const stage = await this.stages.lock(tx, stageId, 'change');
      const running = await tx.countBy(MatchingRun, { stageId, state: 'RUNNING' });
      if (running > 0) throw conflict('run-in-progress', 'A run of this stage is in progress.');
      if (stage.state === 'MATCHED') await this.stages.move(tx, stage, 'LOCKED', { runId: null });
      if (stage.state !== 'LOCKED')
        throw conflict('stage-state', `A stage that is ${stage.state} takes no run; it must be LOCKED.`);
      await assertPoolsAreSet(tx, stageId);
      const publicDraw = query.publicDraw ?? null;
      assertDraw(publicDraw, drawn, await firstDraw(tx, stageId));
      const run: MatchingRun = {
        ...{ ...workBy(by.clientId, this.clock.now()), id: this.ids.next(), stageId, state: 'RUNNING', publicDraw },
        ...{ digest: null, keyId: null, publishedBy: null, publishedAt: null, publishedUpTo: null },
      };
      await tx.insert(MatchingRun, run);
      return toRunDto(run);
    });
  }

  async get(id: string): Promise<RunDto> {
    const run = await this.dataSource.manager.findOneBy(MatchingRun, { id });
    if (!run) throw missing('run');
    return toRunDto(run);
  }

  async list(stageId: string, query: RunsQuery): Promise<Page<RunDto>> {
    await this.stages.upToDate(stageId);
    const rows = await this.dataSource.manager
      .createQueryBuilder(MatchingRun, 'r')
      .where('r.stage_id = :stageId AND r.id > :after', { stageId, after: afterId(query) })
      .orderBy('r.id')
      .limit(query.limit + 1)
      .getMany();
    return toPage(rows, query.limit, toRunDto, (row) => [row.id]);
  }

  /** Reveals the seed and lets the invitations go out. Published already: changes nothing. */
  async publish(id: string, by: Actor): Promise<RunDto> {
    return this.dataSource.transaction(async (tx) => {
      const found = await tx.findOneBy(MatchingRun, { id });
      if (!found) throw missing('run');
      const stage = await this.stages.lock(tx, found.stageId, 'change');
      const run = await tx.findOneOrFail(MatchingRun, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (run.state === 'PUBLISHING' || run.state === 'PUBLISHED') return toRunDto(run);
      assertMayPublish(run, {
        currentRun: stage.runId,
        by: by.clientId,
        secondPersonNeeded: this.config.REQUIRE_SECOND_PERSON === 'true',
        outdated: await this.store.outdated(tx, run),
      });
      assertTakesResults(stage, this.clock.now());
      const signExtraDays = await this.invitations.extendSigning(tx, stage, run.id);
      await this.stages.move(tx, stage, 'PUBLISHED', { seed: await this.openSeed(tx, stage), signExtraDays });
      const places = (run.placed ?? 0) - (await this.store.heldBy(tx, id)).places;
      Object.assign(run, { state: 'PUBLISHING', version: run.version + 1, publishedBy: by.clientId });
      Object.assign(run, { phase: 'PUBLISHING', done: 0, total: places });
      await updateRows(tx, MatchingRun, [run]);
      return toRunDto(run);
    });
  }

  private async openSeed(tx: EntityManager, stage: Stage): Promise<string> {
    const seed = await this.stages.secretSeed(stage.id, tx);
    // P9
    if (!seedFits(seed, stage.seedCommitment ?? ''))
      throw new Error(`Stage ${stage.id}: the seed is not the promised.`);
    return seed;
  }
}

/** The draw by which the stage was run before: another one would be a second chance. */
async function firstDraw(tx: EntityManager, stageId: string): Promise<string | null> {
  const rows: { draw: string }[] = await tx.query(
    'SELECT public_draw AS draw FROM matching_run WHERE stage_id = $1 AND public_draw IS NOT NULL ORDER BY id LIMIT 1',
    [stageId],
  );
  return rows[0]?.draw ?? null;
}

/** A field without a quota would turn everyone away in silence. */
async function assertPoolsAreSet(tx: EntityManager, stageId: string): Promise<void> {
  const rows: { code: string }[] = await tx.query(
    `SELECT DISTINCT o.pool_code AS code FROM offering o
     WHERE o.stage_id = $1 AND o.state = 'OPEN' AND o.funded_seats > 0 AND NOT EXISTS
       (SELECT 1 FROM funded_pool p WHERE p.stage_id = $1 AND p.field_code = o.pool_code) ORDER BY 1`,
    [stageId],
  );
  if (rows.length === 0) return;
  const faults = rows.map(({ code }) => ({
    pointer: `/pools/${code}`,
    code: 'POOL_MISSING',
    message: 'Set its quota.',
  }));
  throw new DomainError('conflict', 'pool-missing', 'Fields with state-funded seats have no quota.', faults);
}
