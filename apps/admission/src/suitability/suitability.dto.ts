import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsOptional,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Suitability } from './suitability.entity.js';
import { findings, suitabilityStates } from './suitability.rules.js';
import type { Finding, SuitabilityState } from './suitability.rules.js';

export class DecideSuitabilityDto {
  @IsIn(findings)
  state: Finding;

  /**
   * Why the applicant may not take the programme, or what is missing; needed unless `SUITABLE`. A code, never personal data.
   * @example "ENTRANCE_TEST_FAILED"
   */
  @IsOptional()
  @Matches(/^[A-Z][A-Z0-9_]{2,59}$/)
  reason?: string;
}

/** Path parameters. */
export class SuitabilityKeyParams {
  @IsUUID()
  applicationId: string;

  @IsUUID()
  offeringId: string;
}

export class SuitabilityDecisionDto extends DecideSuitabilityDto {
  @IsUUID()
  applicationId: string;

  @IsUUID()
  offeringId: string;
}

export class SuitabilityDecisionsDto {
  /** The institution of all the offerings. */
  @IsUUID()
  institutionId: string;

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ArrayUnique((one: SuitabilityDecisionDto) => `${one.applicationId}|${one.offeringId}`)
  @ValidateNested({ each: true })
  @Type(() => SuitabilityDecisionDto)
  decisions: SuitabilityDecisionDto[];
}

export class SuitabilityDecisionsResultDto {
  /** Decisions that changed something. */
  decided: number;
  /** Left as the institution of the first preference judged them (R-ADM-18). */
  bound: number;
  /** Decisions that stood already. */
  unchanged: number;
}

export class SuitabilityDto {
  applicationId: string;
  offeringId: string;
  version: number;
  stageId: string;
  institutionId: string;
  @ApiProperty({ enum: suitabilityStates })
  state: SuitabilityState;
  /** Said by the institution of the first preference, which judges for the others too (R-ADM-18). */
  bound: boolean;
  reason?: string;
  decidedAt?: string;
}

export class SuitabilityPageDto {
  items: SuitabilityDto[];
  next?: string;
}

export class SuitabilityQuery extends PageQuery {
  /** Only findings of this institution. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Only findings in this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only findings in this state. */
  @IsOptional()
  @IsIn(suitabilityStates)
  state?: SuitabilityState;
}

export function toSuitabilityDto(suitability: Suitability): SuitabilityDto {
  const { applicationId, offeringId, version, stageId, institutionId, state, bound, reason, decidedAt } = suitability;
  return {
    ...{ applicationId, offeringId, version, stageId, institutionId, state, bound },
    ...(reason === null ? {} : { reason }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
  };
}
