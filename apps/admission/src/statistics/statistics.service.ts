import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import { decodeCursor, toPage, uuidShape } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { PoliciesService } from '../policies/policies.service.js';
import { isPublished } from '../stages/stage.rules.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { withoutSmallCells } from './small-cells.rules.js';
import type { Cell } from './small-cells.rules.js';
import type { CutOffDto, CutOffsQuery, StatisticsBy, StatisticsDto } from './statistics.dto.js';

/** How an option is counted, in the words of the query below. */
const keys: Record<StatisticsBy, string> = {
  field: 'o.pool_code',
  municipality: `coalesce(k.municipality_code, '')`,
  fundingType: 'p.funding_type',
  institution: 'p.institution_id::text',
  group: 'a.applicant_group',
};

interface LimitRow {
  offeringId: string;
  fundingType: 'VF' | 'VNF';
  places: number;
  taken: number;
  score: number | null;
}

/** Open data of published stages: nobody can be recognised in them. */
@Injectable()
export class StatisticsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly policies: PoliciesService,
  ) {}

  async of(stageId: string, by: StatisticsBy): Promise<StatisticsDto> {
    const stage = await this.published(stageId);
    const rows: (Cell & { key: string })[] = await this.dataSource.query(
      `SELECT ${keys[by]} AS key, count(DISTINCT p.application_id)::int AS applicants,
         count(DISTINCT i.application_id)::int AS invited,
         (count(g.id) FILTER (WHERE g.state = 'SIGNED'))::int AS agreements
       FROM application a JOIN preference p ON p.application_id = a.id JOIN offering o ON o.id = p.offering_id
         JOIN known_institution k ON k.institution_id = p.institution_id
         LEFT JOIN invitation i ON i.application_id = a.id AND i.offering_id = p.offering_id
           AND i.funding_type = p.funding_type
         LEFT JOIN agreement g ON g.invitation_id = i.id
       WHERE a.stage_id = $1 AND a.state = 'SUBMITTED' GROUP BY 1 ORDER BY 1`,
      [stage.id],
    );
    const smallestCell = this.policies.on('adm.statistics.smallestCell', this.stages.dayOf(stage.applyFrom));
    const shown = withoutSmallCells(rows, smallestCell);
    return {
      ...{ stageId: stage.id, by, smallestCell },
      items: shown.map(({ applicants, invited, agreements }, i) => ({
        ...{ key: rows[i]!.key, applicants, invited, agreements },
      })),
    };
  }

  async cutOffs(stageId: string, query: CutOffsQuery): Promise<Page<CutOffDto>> {
    const stage = await this.published(stageId);
    const [offering, fundingType] =
      query.after === undefined ? ['', ''] : decodeCursor(query.after, [uuidShape, /^VN?F$/]);
    const rows: LimitRow[] = await this.dataSource.query(
      `SELECT ref AS "offeringId", funding_type AS "fundingType", places, taken, score FROM run_limit
       WHERE run_id = $1 AND kind = 'OFFERING' AND (ref, funding_type) > ($2, $3) AND places > 0
       ORDER BY ref, funding_type LIMIT $4`,
      [stage.runId, offering, fundingType, query.limit + 1],
    );
    const few = this.policies.on('adm.explain.minHolders', this.stages.dayOf(stage.applyFrom));
    return toPage(
      rows,
      query.limit,
      ({ score, taken, ...limit }): CutOffDto => ({
        ...{ ...limit, taken: taken > 0 && taken < few ? null : taken },
        ...(score === null || taken < few ? {} : { score: score / 10_000 }),
      }),
      (row) => [row.offeringId, row.fundingType],
    );
  }

  private async published(id: string): Promise<Stage> {
    const stage = await this.stages.upToDate(id);
    if (!isPublished(stage) || stage.runId === null) throw missing('published stage');
    return stage;
  }
}
