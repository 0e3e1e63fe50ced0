import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { stageStates } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { anyJson } from '@meistras/platform/openapi/any-json';
import { PageQuery } from '@meistras/platform/paging/paging';
import { present, RunWorkDto, toRunWorkDto } from '../runs/runs.dto.js';
import type { TrialRun, TrialState } from './trial-run.entity.js';
import type { Asked } from './trial-run.rules.js';

// Ranges are judged with what is stored (trial-run.rules.ts), so that all faults of a body come in one answer.

/** Seats of an offering; a number left out is the stored one. */
export class AssumedPlacesDto {
  @IsUUID()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toLowerCase() : value))
  offeringId: string;

  /**
   * State-funded seats.
   * @example 30
   */
  @ApiProperty({ minimum: 0, maximum: 1_000_000 })
  @IsOptional()
  @IsInt()
  funded?: number;

  /** @example 5 */
  @ApiProperty({ minimum: 0, maximum: 1_000_000 })
  @IsOptional()
  @IsInt()
  nonFunded?: number;
}

/** State-funded places that a field gives out. */
export class AssumedQuotaDto {
  /** @example "07" */
  @IsString()
  @MaxLength(10)
  fieldCode: string;

  /** @example 150 */
  @ApiProperty({ minimum: 0, maximum: 1_000_000 })
  @IsInt()
  quota: number;
}

/** A policy parameter that a run works by. */
export class AssumedParameterDto {
  /**
   * `adm.criteria`, `adm.pool.oneScorePerField`, `adm.score.secondaryWeight`, `adm.tier` or `adm.vf.ruleset`.
   * @example "adm.vf.ruleset"
   */
  @IsString()
  @MaxLength(60)
  code: string;

  @ApiProperty({ ...anyJson, description: 'Of the form that the parameter has now.', example: 'ART37_2020' })
  @IsDefined()
  value: unknown;
}

/** More applicants of the same kind, or fewer. */
export class AssumedDemandDto {
  /**
   * Those whose first preference that may compete lies in this field; without it, all whom no other entry names.
   * @example "07"
   */
  @IsOptional()
  @IsString()
  @MaxLength(10)
  fieldCode?: string;

  /**
   * How many for each hundred: below 100 some are left out, above it some are there twice or more, each time with a
   * lottery of its own. Who, follows from the seed; whoever is there at some per cent is there at any more.
   * @example 120
   */
  @ApiProperty({ minimum: 0, maximum: 1_000 })
  @IsInt()
  percent: number;
}

export const pendingAs = ['EXCLUDED', 'SUITABLE'] as const;

/** All may be left out: then the stage is tried as it stands. */
export class TryStageDto {
  /** @example "Construction +20 %" */
  @IsOptional()
  @IsString()
  @Length(1, 120)
  name?: string;

  /**
   * What the trial is for.
   * @example "Draft of the order on places for 2027"
   */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;

  /**
   * What the lottery is drawn by, as an earlier trial answered it: then two trials differ by their assumptions alone.
   * Left out: the seed of the stage once its results are published, before that a fresh one.
   * @example "5876753d553649615876753d553649615876753d553649615876753d55364961"
   */
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/)
  seed?: string;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(10_000)
  @ValidateNested({ each: true })
  @Type(() => AssumedPlacesDto)
  places?: AssumedPlacesDto[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => AssumedQuotaDto)
  quotas?: AssumedQuotaDto[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => AssumedParameterDto)
  policy?: AssumedParameterDto[];

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => AssumedDemandDto)
  demand?: AssumedDemandDto[];

  /**
   * What preferences count as that nobody has judged yet: before the stage is locked that may be most of them.
   * `EXCLUDED`, the default, as at the deadline (R-ADM-19).
   */
  @IsOptional()
  @IsIn(pendingAs)
  pending?: (typeof pendingAs)[number];
}

/** What was assumed instead of what is stored. */
export class AssumptionsDto {
  places: AssumedPlacesDto[];
  quotas: AssumedQuotaDto[];
  policy: AssumedParameterDto[];
  demand: AssumedDemandDto[];
  @ApiProperty({ enum: pendingAs })
  pending: (typeof pendingAs)[number];
}

export class TrialRunDto extends RunWorkDto {
  id: string;
  stageId: string;
  @ApiProperty({ enum: ['RUNNING', 'COMPLETED', 'FAILED'] })
  state: TrialState;
  /** @example "Construction +20 %" */
  name?: string;
  reason?: string;
  assumptions: AssumptionsDto;
  /**
   * What the lottery is drawn by: of the trial's own, or the stage's once that is revealed.
   * @example "5876753d553649615876753d553649615876753d553649615876753d55364961"
   */
  seed: string;
  /** The stage's public draw, appended to its revealed seed. */
  publicDraw?: string;
  /** Of the stage, when its applications were read as they stood. */
  @ApiProperty({ enum: stageStates })
  stageState?: StageState;
  /** Applicants that the assumed demand added, and those of the stage that it left out. */
  added?: number;
  leftOut?: number;
  /** Of those placed, on state-funded places. */
  funded?: number;
}

export class TrialRunPageDto {
  items: TrialRunDto[];
  next?: string;
}

export class TrialRunsQuery extends PageQuery {}

export const askedOf = (dto: TryStageDto): Asked => ({
  places: (dto.places ?? []).map((each) => ({ ...each })),
  quotas: (dto.quotas ?? []).map((each) => ({ ...each })),
  policy: (dto.policy ?? []).map((each) => ({ ...each })),
  demand: (dto.demand ?? []).map((each) => ({ ...each })),
  pending: dto.pending ?? 'EXCLUDED',
  ...present('seed', dto.seed),
});

export function toTrialRunDto(trial: TrialRun): TrialRunDto {
  const { id, stageId, state, assumptions, seed } = trial;
  const { places, quotas, policy, demand, pending } = assumptions;
  return {
    ...{ id, stageId, state, ...toRunWorkDto(trial) },
    ...{ assumptions: { places, quotas, policy, demand, pending }, seed },
    ...present('name', trial.name),
    ...present('reason', trial.reason),
    ...present('publicDraw', trial.publicDraw),
    ...present('stageState', trial.stageState),
    ...present('added', trial.added),
    ...present('leftOut', trial.leftOut),
    ...present('funded', trial.funded),
  };
}
