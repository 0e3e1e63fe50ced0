import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { PlacesCarriedOverV1 } from '@meistras/contracts/events/admission/places';
import { insertRows } from '@meistras/platform/database/rows';
import { announce, Outbox } from '@meistras/platform/outbox/outbox';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { OfferingsService } from '../offerings/offerings.service.js';
import { PoolsService } from '../pools/pools.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { PlaceMovement } from './place-movement.entity.js';
import { toPlaceMovementDto } from './rollover.dto.js';
import type { PlaceMovementDto, PlaceMovementsQuery } from './rollover.dto.js';
import { placesLeft } from './rollover.rules.js';
import type { PoolAtClose } from './rollover.rules.js';

/** An agreement on a state-funded place that ended before teaching. */
interface EndedAgreement {
  id: string;
  stageId: string;
  invitationId: string;
}

/** What happens to places that a stage leaves: on to the next one, after the last back to the state (R-ADM-33). */
@Injectable()
export class RolloverService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly outbox: Outbox,
    private readonly stages: StagesService,
    private readonly pools: PoolsService,
    private readonly offerings: OfferingsService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * A piece of the end of a stage whose invitations are settled: free seats are offered in the next stage, a chunk at a
   * time; then the quotas go over and the stage closes, in one transaction.
   */
  async close(stage: Stage): Promise<void> {
    if ((await this.offerings.carryOverNext(stage)) > 0) return;
    await this.dataSource.transaction(async (tx) => {
      const held = await this.stages.lock(tx, stage.id, 'change');
      if (this.stages.due(held) !== 'CLOSED') return;
      await this.carry(tx, held);
      await this.stages.move(tx, held, 'CLOSED');
    });
  }

  /** R-ADM-34: the place of an agreement that ended before teaching, once its stage is closed. Frees it exactly once. */
  async release(tx: EntityManager, agreement: EndedAgreement): Promise<void> {
    const stage = await this.stages.lock(tx, agreement.stageId, 'read');
    if (stage.state !== 'CLOSED') return;
    const [place]: { code: string }[] = await tx.query(
      `SELECT o.pool_code AS code FROM invitation i JOIN offering o ON o.id = i.offering_id
       WHERE i.id = $1 AND NOT i.over_capacity`,
      [agreement.invitationId],
    );
    if (!place) return;
    const { code } = place;
    const next = await this.pools.nextTaking(tx, stage);
    await this.move(tx, stage, next, [
      { fieldCode: code, places: 1, reason: 'AGREEMENT_TERMINATED', agreementId: agreement.id },
    ]);
  }

  async list(query: PlaceMovementsQuery): Promise<Page<PlaceMovementDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(PlaceMovement, 'm')
      .where('m.id > :after', { after: afterId(query) })
      .orderBy('m.id')
      .limit(query.limit + 1);
    if (query.stageId !== undefined)
      select.andWhere('(m.from_stage_id = :stage OR m.to_stage_id = :stage)', { stage: query.stageId });
    return toPage(await select.getMany(), query.limit, toPlaceMovementDto, (row) => [row.id]);
  }

  private async carry(tx: EntityManager, stage: Stage): Promise<void> {
    const pools: (PoolAtClose & { fieldCode: string })[] = await tx.query(poolsAtClose, [stage.id]);
    if (pools.length === 0) return;
    const left = pools.map((pool) => ({ fieldCode: pool.fieldCode, places: placesLeft(pool) }));
    const next = await this.pools.nextTaking(tx, stage);
    await this.move(
      tx,
      stage,
      next,
      left.map((pool) => ({ ...pool, reason: 'STAGE_CLOSED', agreementId: null })),
    );
  }

  private async move(
    tx: EntityManager,
    stage: Stage,
    next: Stage | undefined,
    moved: Pick<PlaceMovement, 'fieldCode' | 'places' | 'reason' | 'agreementId'>[],
  ): Promise<void> {
    const recordedAt = this.clock.now();
    // A pool without places goes on too: a stage runs only when every field has its quota, be it nothing.
    const movements = moved
      .filter(({ places }) => places > 0)
      .map((one): PlaceMovement => ({
        ...{ ...one, id: this.ids.next(), year: stage.year, fromStageId: stage.id, toStageId: next?.id ?? null },
        recordedAt,
      }));
    await insertRows(tx, PlaceMovement, movements);
    if (next)
      await this.pools.addCarriedOver(tx, next.id, new Map(moved.map(({ fieldCode, places }) => [fieldCode, places])));
    await this.outbox.addAll(
      tx,
      movements.map((movement) => announce(PlacesCarriedOverV1, stateOf(movement))),
    );
  }
}

/**
 * State-funded places alone; `signed` counts agreements that ended later, too (F-ADM-4), and none that was won on
 * complaint: those are on top of the quota (R-ADM-37).
 */
export const poolsAtClose = `
  SELECT p.field_code AS "fieldCode", p.quota, count(g.id)::int AS signed,
    (count(g.id) FILTER (WHERE g.state = 'TERMINATED'))::int AS "terminatedBeforeStart"
  FROM funded_pool p
    LEFT JOIN offering o ON o.stage_id = p.stage_id AND o.pool_code = p.field_code
    LEFT JOIN (agreement g JOIN invitation i ON i.id = g.invitation_id AND NOT i.over_capacity)
      ON g.offering_id = o.id AND g.stage_id = p.stage_id AND g.funding_type = 'VF'
  WHERE p.stage_id = $1 GROUP BY p.field_code, p.quota ORDER BY p.field_code`;

function stateOf({ id, toStageId, ...movement }: PlaceMovement): PlacesCarriedOverV1 {
  const { year, fromStageId, fieldCode, places, reason } = movement;
  return {
    ...{ movementId: id, version: 1, year, fromStageId, fieldCode, places, reason },
    ...(toStageId === null ? {} : { toStageId }),
  };
}
