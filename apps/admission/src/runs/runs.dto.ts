import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { MatchingRun, RunState } from './matching-run.entity.js';

export class PropertyDto {
  /**
   * Number of the verified property.
   * @example "P3"
   */
  property: string;
  ok: boolean;
  /** How many facts were compared. */
  checked: number;
  violationCount: number;
}

export class RunDto {
  id: string;
  version: number;
  stageId: string;
  /** `RUNNING` until the result is stored, `PUBLISHING` until every invitation is issued. */
  @ApiProperty({ enum: ['RUNNING', 'COMPLETED', 'FAILED', 'PUBLISHING', 'PUBLISHED'] })
  state: RunState;
  /** @example "deferred-acceptance/1" */
  engineVersion: string;
  startedAt: string;
  finishedAt?: string;
  /** SHA-256 over the published input. */
  inputHash?: string;
  /** SHA-256 over the result. */
  resultHash?: string;
  applicants?: number;
  placed?: number;
  /** Whether the verifier, which shares no code with the engine, found every property to hold. */
  verified?: boolean;
  properties?: PropertyDto[];
  /** Allowed, but worth a look. */
  warnings?: string[];
  /** Why it failed. */
  error?: string;
  publishedAt?: string;
}

export class RunPageDto {
  items: RunDto[];
  next?: string;
}

export class RunsQuery extends PageQuery {}

export function toRunDto(run: MatchingRun): RunDto {
  const { id, version, stageId, state, engineVersion, report } = run;
  return {
    ...{ id, version, stageId, state, engineVersion },
    startedAt: run.startedAt.toISOString(),
    ...(run.finishedAt === null ? {} : { finishedAt: run.finishedAt.toISOString() }),
    ...(run.inputHash === null ? {} : { inputHash: run.inputHash }),
    ...(run.resultHash === null ? {} : { resultHash: run.resultHash }),
    ...(run.applicants === null ? {} : { applicants: run.applicants }),
    ...(run.placed === null ? {} : { placed: run.placed }),
    ...(report === null ? {} : { verified: report.verified, warnings: report.warnings }),
    ...(report === null
      ? {}
      : {
          properties: report.properties.map(({ property, ok, checked, violationCount }): PropertyDto => ({
            property,
            ok,
            checked,
            violationCount,
          })),
        }),
    ...(run.error === null ? {} : { error: run.error }),
    ...(run.publishedAt === null ? {} : { publishedAt: run.publishedAt.toISOString() }),
  };
}
