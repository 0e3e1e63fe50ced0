import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import { placesLeft } from '../rollover/rollover.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { CampaignSummaryDto, PoolSummaryDto, StageSummaryDto } from './summary.dto.js';

type Counts = Omit<StageSummaryDto, 'stageId' | 'pools' | 'notPlaced'>;
type PoolCounts = Omit<PoolSummaryDto, 'unfilled' | 'left'>;
type YearCounts = Pick<CampaignSummaryDto, 'planned' | 'agreements' | 'overCapacity' | 'returned' | 'persons'>;

/** Counted from the rows at each request, in one snapshot: the sums always agree. */
@Injectable()
export class SummaryService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
  ) {}

  async of(stageId: string): Promise<StageSummaryDto> {
    await this.stages.upToDate(stageId);
    return this.dataSource.transaction('REPEATABLE READ', (tx) => summarise(tx, stageId));
  }

  async ofCampaign(campaignId: string): Promise<CampaignSummaryDto> {
    return this.dataSource.transaction('REPEATABLE READ', async (tx) => {
      const [campaign]: { year: number }[] = await tx.query('SELECT year FROM campaign WHERE id = $1', [campaignId]);
      if (!campaign) throw missing('campaign');
      const rows: { id: string; type: string; sequence: number; state: string }[] = await tx.query(
        'SELECT id, type, sequence, state FROM stage WHERE campaign_id = $1 ORDER BY sequence',
        [campaignId],
      );
      const stages: CampaignSummaryDto['stages'] = [];
      for (const { id, ...stage } of rows) stages.push({ ...stage, ...(await summarise(tx, id)) });
      const [year]: [YearCounts] = await tx.query(countYear, [campaignId]);
      const isOver = stages.length > 0 && stages.every(({ state }) => state === 'CLOSED');
      return {
        ...{ campaignId, year: campaign.year, stages, ...year },
        ...(isOver ? { reconciles: year.planned === year.agreements + year.returned } : {}),
      };
    });
  }
}

async function summarise(tx: EntityManager, stageId: string): Promise<StageSummaryDto> {
  const [counts]: [Counts] = await tx.query(countStage, [stageId]);
  const pools: PoolCounts[] = await tx.query(countPools, [stageId]);
  return {
    ...{ stageId, ...counts, notPlaced: counts.applications - counts.withdrawn - counts.invitedPersons },
    pools: pools.map((pool) => ({ ...pool, unfilled: pool.quota - pool.invited, left: placesLeft(pool) })),
  };
}

const countStage = `
  SELECT o.*, q.*, a.*, i.*, g.* FROM
    (SELECT count(*)::int AS offerings, coalesce(sum(funded_seats), 0)::int AS "fundedSeats",
       coalesce(sum(non_funded_seats), 0)::int AS "nonFundedSeats"
     FROM offering WHERE stage_id = $1 AND state = 'OPEN') o,
    (SELECT coalesce(sum(quota), 0)::int AS quota FROM funded_pool WHERE stage_id = $1) q,
    (SELECT count(*)::int AS applications, count(*) FILTER (WHERE state = 'WITHDRAWN')::int AS withdrawn
     FROM application WHERE stage_id = $1) a,
    (SELECT count(*)::int AS invited, count(DISTINCT application_id)::int AS "invitedPersons",
       count(*) FILTER (WHERE over_capacity)::int AS "overCapacity",
       count(*) FILTER (WHERE state = 'ISSUED')::int AS open,
       count(*) FILTER (WHERE state = 'SIGNED')::int AS signed, count(*) FILTER (WHERE state = 'LAPSED')::int AS lapsed,
       count(*) FILTER (WHERE state = 'DECLINED')::int AS declined,
       count(*) FILTER (WHERE state = 'ANNULLED')::int AS annulled
     FROM invitation WHERE stage_id = $1) i,
    (SELECT count(*) FILTER (WHERE state = 'SIGNED')::int AS agreements,
       count(*) FILTER (WHERE state = 'TERMINATED')::int AS "terminatedBeforeStart"
     FROM agreement WHERE stage_id = $1) g`;

/**
 * State-funded places alone, those won on complaint left out: they are on top of the quota (R-ADM-37). `signed` counts
 * agreements that ended later, too (F-ADM-4).
 */
const countPools = `
  SELECT p.field_code AS "fieldCode", p.planned, p.carried_over AS "carriedOver", p.quota,
    (SELECT coalesce(sum(o.funded_seats), 0)::int FROM offering o
     WHERE o.stage_id = $1 AND o.pool_code = p.field_code AND o.state = 'OPEN') AS seats,
    count(i.id)::int AS invited, count(g.id)::int AS signed,
    (count(g.id) FILTER (WHERE g.state = 'TERMINATED'))::int AS "terminatedBeforeStart"
  FROM funded_pool p
    LEFT JOIN offering o ON o.stage_id = $1 AND o.pool_code = p.field_code
    LEFT JOIN invitation i ON i.offering_id = o.id AND i.funding_type = 'VF' AND NOT i.over_capacity
    LEFT JOIN agreement g ON g.invitation_id = i.id
  WHERE p.stage_id = $1 GROUP BY p.stage_id, p.field_code ORDER BY p.field_code`;

const countYear = `
  SELECT q.*, g.*, m.*, a.* FROM
    (SELECT coalesce(sum(p.planned), 0)::int AS planned
     FROM funded_pool p JOIN stage s ON s.id = p.stage_id WHERE s.campaign_id = $1) q,
    (SELECT count(*) FILTER (WHERE NOT i.over_capacity)::int AS agreements,
       count(*) FILTER (WHERE i.over_capacity)::int AS "overCapacity"
     FROM agreement g JOIN invitation i ON i.id = g.invitation_id JOIN stage s ON s.id = g.stage_id
     WHERE s.campaign_id = $1 AND g.funding_type = 'VF' AND g.state = 'SIGNED') g,
    (SELECT coalesce(sum(m.places), 0)::int AS returned
     FROM place_movement m JOIN stage s ON s.id = m.from_stage_id WHERE s.campaign_id = $1 AND m.to_stage_id IS NULL) m,
    (SELECT count(DISTINCT a.learner_id)::int AS persons
     FROM application a JOIN stage s ON s.id = a.stage_id WHERE s.campaign_id = $1) a`;
