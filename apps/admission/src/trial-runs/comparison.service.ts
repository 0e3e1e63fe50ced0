import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { conflict, DomainError, missing } from '@meistras/platform/errors/domain-error';
import { decodeCursor, toPage, uuidShape } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { toComparedFieldDto, toComparedOfferingDto, toComparedRunDto } from './comparison.dto.js';
import type { ComparedOfferingDto, ComparedOfferingsQuery, ComparisonDto } from './comparison.dto.js';
import { comparedApplicants, comparedLimits, comparedRun, filledBy } from './comparison.queries.js';
import type { ComparedRun } from './comparison.queries.js';

/** More than a country has fields. */
const mostFields = 10_000;

/** Two runs of a stage side by side: figures alone, no person. */
@Injectable()
export class ComparisonService {
  constructor(private readonly dataSource: DataSource) {}

  async of(firstId: string, secondId: string): Promise<ComparisonDto> {
    const [first, second] = await this.runs(firstId, secondId);
    const page = { kind: 'FIELD' as const, after: ['', ''] as [string, string], limit: mostFields };
    const fields = await comparedLimits(this.dataSource, [first, second], page);
    return {
      stageId: first.stageId,
      first: toComparedRunDto(first, await filledBy(this.dataSource, first)),
      second: toComparedRunDto(second, await filledBy(this.dataSource, second)),
      sameLottery: first.lottery === second.lottery,
      applicants: await comparedApplicants(this.dataSource, first, second),
      fields: fields.map(toComparedFieldDto),
    };
  }

  async offerings(firstId: string, query: ComparedOfferingsQuery): Promise<Page<ComparedOfferingDto>> {
    const runs = await this.runs(firstId, query.with);
    const [ref = '', fundingType = ''] =
      query.after === undefined ? [] : decodeCursor(query.after, [uuidShape, /^VN?F$/]);
    const rows = await comparedLimits(this.dataSource, runs, {
      ...{ kind: 'OFFERING', after: [ref, fundingType], limit: query.limit + 1 },
    });
    return toPage(rows, query.limit, toComparedOfferingDto, (row) => [row.ref, row.fundingType]);
  }

  private async runs(firstId: string, secondId: string): Promise<[ComparedRun, ComparedRun]> {
    const [first, second] = [await this.computed(firstId), await this.computed(secondId)];
    if (first.stageId !== second.stageId)
      throw new DomainError('malformed', 'run-of-other-stage', 'Runs of one stage are compared.', [
        { pointer: '?with', code: 'OTHER_STAGE', message: 'It is a run of another stage.' },
      ]);
    return [first, second];
  }

  private async computed(id: string): Promise<ComparedRun> {
    const run = await comparedRun(this.dataSource, id);
    if (!run) throw missing('run');
    if (run.state === 'RUNNING' || run.state === 'FAILED')
      throw conflict('run-state', `Run ${id} is ${run.state} and has no result.`);
    return run;
  }
}
