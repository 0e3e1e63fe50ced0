import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { insertRows, updateRows } from '@meistras/platform/database/rows';
import { conflict, DomainError, invalid } from '@meistras/platform/errors/domain-error';
import { mustBeCurrent } from '@meistras/platform/http/etag';
import { Clock } from '@meistras/platform/time/clock';
import { PoliciesService } from '../policies/policies.service.js';
import { assertTakesQuotas } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import { FundedPool } from './funded-pool.entity.js';
import { toPoolDto } from './pools.dto.js';
import type { PoolDto, PoolListDto, PoolQuotaDto, SetPoolDto, SetPoolsDto } from './pools.dto.js';

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
      const [set] = await this.store(tx, stageId, [{ fieldCode, quota: dto.quota }], dto.act);
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

  /** Holds the stage still, one writer of quotas at a time, and never beside a run that reads them. */
  private async mayChange(tx: EntityManager, stageId: string, fieldCodes: string[]): Promise<void> {
    const stage = await this.stages.lock(tx, stageId, 'change');
    assertTakesQuotas(stage);
    const running: unknown[] = await tx.query(`SELECT 1 FROM matching_run WHERE stage_id = $1 AND state = 'RUNNING'`, [
      stageId,
    ]);
    if (running.length > 0) throw conflict('run-in-progress', 'A run is reading the quotas.');
    const { digits } = this.policies.on('adm.pool.key', this.stages.dayOf(stage.applyFrom));
    const faults = fieldCodes
      .filter((code) => code.length !== digits || !/^\d+$/.test(code))
      .map((code) => ({ pointer: '/fieldCode', code: 'POOL_KEY', message: `${code} must have ${digits} digits.` }));
    if (faults.length > 0) throw invalid('pool-key', 'A pool is named by the broad field (R-ADM-27).', faults);
  }

  private async store(tx: EntityManager, stageId: string, quotas: PoolQuotaDto[], act: string): Promise<PoolDto[]> {
    const stored = await tx.findBy(FundedPool, { stageId });
    const known = new Map(stored.map((pool) => [pool.fieldCode, pool]));
    const recordedAt = this.clock.now();
    const created: FundedPool[] = [];
    const changed: FundedPool[] = [];
    const pools = quotas.map(({ fieldCode, quota }) => {
      const pool = known.get(fieldCode);
      if (pool?.quota === quota && pool.act === act) return pool;
      const next = { stageId, fieldCode, version: (pool?.version ?? 0) + 1, quota, act, recordedAt };
      (pool ? changed : created).push(next);
      return next;
    });
    await insertRows(tx, FundedPool, created);
    await updateRows(tx, FundedPool, changed);
    return pools.map(toPoolDto);
  }
}
