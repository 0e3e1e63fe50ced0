import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, DomainError, invalid } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Clock } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { isPoolCode } from '../offerings/offering.rules.js';
import { quotaOf } from '../rollover/rollover.rules.js';
import { assertTakesQuotas, takesQuotas } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { FundedPool } from './funded-pool.entity.js';
import { toPoolDto } from './pools.dto.js';
import type { PoolDto, PoolListDto, PlannedPoolDto, SetPoolDto, SetPoolsDto } from './pools.dto.js';

@Injectable()
export class PoolsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
    private readonly clock: Clock,
  ) {}

  async list(stageId: string): Promise<PoolListDto> {
    await this.stages.upToDate(stageId);
    const pools = await this.dataSource.manager.find(FundedPool, { where: { stageId }, order: { fieldCode: 'ASC' } });
    return { items: pools.map(toPoolDto) };
  }

  async set(stageId: string, fieldCode: string, dto: SetPoolDto, readVersion: number | undefined): Promise<PoolDto> {
    return this.dataSource.transaction(async (tx) => {
      await this.mayChange(tx, stageId, [fieldCode]);
      const pool = await tx.findOneBy(FundedPool, { stageId, fieldCode });
      if (pool && readVersion === undefined)
        throw new DomainError('precondition-required', 'if-match-missing', 'The quota is set: If-Match is needed.');
      if (pool) mustBeCurrent(pool, readVersion ?? 0);
      else if (readVersion !== undefined) throw new DomainError('stale', 'stale', 'The quota is not set yet.');
      const [set] = await this.store(tx, stageId, [{ fieldCode, planned: dto.planned }], dto.act);
      return set!;
    });
  }

  /** Sets every quota named; the same list again changes nothing. */
  async setAll(stageId: string, dto: SetPoolsDto): Promise<PoolListDto> {
    return this.dataSource.transaction(async (tx) => {
      await this.mayChange(
        tx,
        stageId,
        dto.pools.map(({ fieldCode }) => fieldCode),
      );
      return { items: await this.store(tx, stageId, dto.pools, dto.act) };
    });
  }

  /**
   * The next stage of the campaign whose quotas still move, held for change; undefined when the places return to the
   * state (R-ADM-33).
   */
  async nextTaking(tx: EntityManager, stage: Stage): Promise<Stage | undefined> {
    const later: { id: string }[] = await tx.query(
      'SELECT id FROM stage WHERE campaign_id = $1 AND sequence > $2 ORDER BY sequence',
      [stage.campaignId, stage.sequence],
    );
    for (const { id } of later) {
      const next = await this.stages.lock(tx, id, 'change');
      if (takesQuotas(next) && !(await isRead(tx, id))) return next;
    }
    return undefined;
  }

  /** Adds places that earlier stages left to the pools of a stage that the transaction holds. */
  async addCarriedOver(tx: EntityManager, stageId: string, places: ReadonlyMap<string, number>): Promise<void> {
    const stored = new Map((await tx.findBy(FundedPool, { stageId })).map((pool) => [pool.fieldCode, pool]));
    const now = this.clock.now();
    const next = [...places].map(([fieldCode, more]) => {
      const { planned, carriedOver, act } = stored.get(fieldCode) ?? { planned: 0, carriedOver: 0, act: rolledOver };
      const facts = { stageId, fieldCode, planned, carriedOver: carriedOver + more, act };
      return poolOf(facts, stored.get(fieldCode), now);
    });
    await insertRows(
      tx,
      FundedPool,
      next.filter(({ fieldCode }) => !stored.has(fieldCode)),
    );
    await updateRows(
      tx,
      FundedPool,
      next.filter(({ fieldCode }) => stored.has(fieldCode)),
    );
  }

  /** Holds the stage still, one writer of quotas at a time, and never beside a run that reads them. */
  private async mayChange(tx: EntityManager, stageId: string, fieldCodes: string[]): Promise<void> {
    const stage = await this.stages.lock(tx, stageId, 'change');
    assertTakesQuotas(stage);
    if (await isRead(tx, stageId)) throw conflict('run-in-progress', 'A run is reading the quotas.');
    const { digits } = this.policies.on('adm.pool.key', this.stages.dayOf(stage.applyFrom));
    const faults = fieldCodes
      .filter((code) => !isPoolCode(code, digits))
      .map((code) => ({
        pointer: '/fieldCode',
        code: 'POOL_KEY',
        message: `${code} must have ${digits} digits, behind an M for modules.`,
      }));
    if (faults.length > 0) throw invalid('pool-key', 'A pool is named by the broad field (R-ADM-27).', faults);
  }

  private async store(tx: EntityManager, stageId: string, plans: PlannedPoolDto[], act: string): Promise<PoolDto[]> {
    const stored = await tx.findBy(FundedPool, { stageId });
    const known = new Map(stored.map((pool) => [pool.fieldCode, pool]));
    const recordedAt = this.clock.now();
    const created: FundedPool[] = [];
    const changed: FundedPool[] = [];
    const pools = plans.map(({ fieldCode, planned }) => {
      const pool = known.get(fieldCode);
      if (pool?.planned === planned && pool.act === act) return pool;
      const next = poolOf({ stageId, fieldCode, planned, carriedOver: pool?.carriedOver ?? 0, act }, pool, recordedAt);
      (pool ? changed : created).push(next);
      return next;
    });
    await insertRows(tx, FundedPool, created);
    await updateRows(tx, FundedPool, changed);
    return pools.map(toPoolDto);
  }
}

/** Where a pool's places come from that no act planned for the stage. */
const rolledOver = 'R-ADM-33';

function poolOf(
  facts: Omit<FundedPool, 'version' | 'quota' | 'recordedAt'>,
  before: FundedPool | undefined,
  recordedAt: Date,
): FundedPool {
  const quota = quotaOf(facts.planned, facts.carriedOver);
  return { ...facts, version: (before?.version ?? 0) + 1, quota, recordedAt };
}

async function isRead(tx: EntityManager, stageId: string): Promise<boolean> {
  const running: unknown[] = await tx.query(`SELECT 1 FROM matching_run WHERE stage_id = $1 AND state = 'RUNNING'`, [
    stageId,
  ]);
  return running.length > 0;
}
