import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { placesLeft } from '../rollover/rollover.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { PoolSummaryDto, StageSummaryDto } from './summary.dto.js';

type Counts = Omit<StageSummaryDto, 'stageId' | 'pools' | 'notPlaced'>;
type PoolCounts = Omit<PoolSummaryDto, 'unfilled' | 'nextQuota'>;

@Injectable()
export class SummaryService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
  ) {}

  /** Counted from the rows at each request, in one snapshot: the sums always agree. */
  async of(stageId: string): Promise<StageSummaryDto> {
    await this.stages.upToDate(stageId);
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const [counts]: [Counts] = await tx.query(countStage, [stageId]);
      const pools: PoolCounts[] = await tx.query(countPools, [stageId]);
      return {
        stageId,
        ...counts,
        notPlaced: counts.applications - counts.withdrawn - counts.invited,
        pools: pools.map((pool) => ({
          ...pool,
          unfilled: pool.quota - pool.invited,
          left: placesLeft(pool),
        })),
      };
    });
  }
}

const countStage = `
  SELECT o.*, q.*, a.*, i.*, g.* FROM
    (SELECT count(*)::int AS offerings, coalesce(sum(funded_seats), 0)::int AS "fundedSeats",
       coalesce(sum(non_funded_seats), 0)::int AS "nonFundedSeats"
     FROM offering WHERE stage_id = $1 AND state = 'OPEN') o,
    (SELECT coalesce(sum(quota), 0)::int AS quota FROM funded_pool WHERE stage_id = $1) q,
    (SELECT count(*)::int AS applications, count(*) FILTER (WHERE state = 'WITHDRAWN')::int AS withdrawn
     FROM application WHERE stage_id = $1) a,
    (SELECT count(*)::int AS invited, count(*) FILTER (WHERE state = 'ISSUED')::int AS open,
       count(*) FILTER (WHERE state = 'SIGNED')::int AS signed, count(*) FILTER (WHERE state = 'LAPSED')::int AS lapsed,
       count(*) FILTER (WHERE state = 'DECLINED')::int AS declined
     FROM invitation WHERE stage_id = $1) i,
    (SELECT count(*) FILTER (WHERE state = 'SIGNED')::int AS agreements,
       count(*) FILTER (WHERE state = 'TERMINATED')::int AS "terminatedBeforeStart"
     FROM agreement WHERE stage_id = $1) g`;

/** State-funded places alone; `signed` counts agreements that ended later, too (F-ADM-4). */
const countPools = `
  SELECT p.field_code AS "fieldCode", p.quota,
    (SELECT coalesce(sum(o.funded_seats), 0)::int FROM offering o
     WHERE o.stage_id = $1 AND o.pool_code = p.field_code AND o.state = 'OPEN') AS seats,
    (SELECT count(*)::int FROM invitation i JOIN offering o ON o.id = i.offering_id
     WHERE i.stage_id = $1 AND i.funding_type = 'VF' AND o.pool_code = p.field_code) AS invited,
    (SELECT count(*)::int FROM agreement g JOIN offering o ON o.id = g.offering_id
     WHERE g.stage_id = $1 AND g.funding_type = 'VF' AND o.pool_code = p.field_code) AS signed,
    (SELECT count(*)::int FROM agreement g JOIN offering o ON o.id = g.offering_id
     WHERE g.stage_id = $1 AND g.funding_type = 'VF' AND o.pool_code = p.field_code
       AND g.state = 'TERMINATED') AS "terminatedBeforeStart"
  FROM funded_pool p WHERE p.stage_id = $1 ORDER BY p.field_code`;
