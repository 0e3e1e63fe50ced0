import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { stageStates } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import { IsInstant } from '@meistras/platform/http/instant';
import type { Stage } from './stage.entity.js';
import { applicantGroups, stageTypes, windowSteps } from './stage.rules.js';
import type { ApplicantGroup, StageType, WindowStep } from './stage.rules.js';

/** A window that one group of applicants has for itself, within that of the stage. */
export class GroupWindowDto {
  @IsIn(applicantGroups)
  group: ApplicantGroup;

  @IsIn(windowSteps)
  step: WindowStep;

  /** @example "2026-06-08T05:00:00Z" */
  @IsInstant()
  opensAt: string;

  /**
   * The first instant that is late.
   * @example "2026-07-20T14:00:00Z"
   */
  @IsInstant()
  closesAt: string;
}

export class StageWindowsDto {
  /**
   * Applications are taken from this instant.
   * @example "2026-05-31T21:00:00Z"
   */
  @IsInstant()
  applyFrom: string;

  /**
   * The first instant that is late.
   * @example "2026-08-05T21:00:00Z"
   */
  @IsInstant()
  applyUntil: string;

  /**
   * The first instant at which institutions no longer judge; left out, `orderUntil`.
   * @example "2026-08-06T14:00:00Z"
   */
  @IsOptional()
  @IsInstant()
  suitabilityUntil?: string;

  /**
   * The first instant at which a list can no longer be put in another order; left out, `applyUntil` and the days of
   * `adm.order.extraDays`.
   * @example "2026-08-05T21:00:00Z"
   */
  @IsOptional()
  @IsInstant()
  orderUntil?: string;

  /**
   * Results are published from this instant; left out, from when the lists and findings are fixed.
   * @example "2026-08-11T06:00:00Z"
   */
  @IsOptional()
  @IsInstant()
  inviteFrom?: string;

  /**
   * Agreements are signed from this instant; left out, `inviteFrom`.
   * @example "2026-08-14T05:00:00Z"
   */
  @IsOptional()
  @IsInstant()
  signFrom?: string;

  /** Windows of single groups, within those of the stage. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(applicantGroups.length * windowSteps.length)
  @ValidateNested({ each: true })
  @Type(() => GroupWindowDto)
  groupWindows?: GroupWindowDto[];

  /**
   * The first instant at which an invitation can no longer be signed.
   * @example "2026-08-17T14:00:00Z"
   */
  @IsInstant()
  signUntil: string;
}

export class PlanStageDto extends StageWindowsDto {
  @IsIn(stageTypes)
  type: StageType;

  /**
   * Place among the stages of the year, from 1.
   * @example 2
   */
  @IsInt()
  @Min(1)
  @Max(50)
  sequence: number;

  /**
   * First teaching day; licences are judged on it.
   * @example "2026-09-01"
   */
  @IsDay()
  startsOn: string;

  /**
   * Preferences in one list; left out, the policy parameter `adm.limit` of this type of stage.
   * @example 3
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(50)
  preferenceLimit?: number;
}

export class MoveWindowsDto extends StageWindowsDto {
  /**
   * Act that moves the windows.
   * @example "V-373, 2026-07-30"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  act: string;
}

export class StageDto extends StageWindowsDto {
  id: string;
  version: number;
  campaignId: string;
  /** @example 2026 */
  year: number;
  type: StageType;
  sequence: number;
  startsOn: string;
  preferenceLimit: number;
  /** Where the limit comes from. */
  limitBasis: string;
  /** Act that moved the windows last. */
  act?: string;
  state: StageState;
  /** SHA-256 of the lottery's seed in hex, published when the stage opens. */
  seedCommitment?: string;
  /** The seed itself, revealed with the results. */
  seed?: string;
  /** The run whose result the stage stands on. */
  runId?: string;
  recordedAt: string;
}

export class StagePageDto {
  items: StageDto[];
  next?: string;
}

export class StagesQuery extends PageQuery {
  /** Only stages of this campaign. */
  @IsOptional()
  @IsUUID()
  campaignId?: string;

  /** Only stages in this state. */
  @IsOptional()
  @IsIn(stageStates)
  state?: StageState;
}

export function toStageDto(stage: Stage): StageDto {
  const { id, version, campaignId, year, type, sequence, startsOn, preferenceLimit, limitBasis, state } = stage;
  return {
    ...{ id, version, campaignId, year, type, sequence, startsOn, preferenceLimit, limitBasis, state },
    applyFrom: stage.applyFrom.toISOString(),
    applyUntil: stage.applyUntil.toISOString(),
    suitabilityUntil: stage.suitabilityUntil.toISOString(),
    orderUntil: stage.orderUntil.toISOString(),
    inviteFrom: stage.inviteFrom.toISOString(),
    signFrom: stage.signFrom.toISOString(),
    signUntil: stage.signUntil.toISOString(),
    groupWindows: stage.groupWindows,
    recordedAt: stage.recordedAt.toISOString(),
    ...(stage.act === null ? {} : { act: stage.act }),
    ...(stage.seedCommitment === null ? {} : { seedCommitment: stage.seedCommitment }),
    ...(stage.seed === null ? {} : { seed: stage.seed }),
    ...(stage.runId === null ? {} : { runId: stage.runId }),
  };
}
