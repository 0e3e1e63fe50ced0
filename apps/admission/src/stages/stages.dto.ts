import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min, MinLength } from 'class-validator';
import { stageStates } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import { IsInstant } from './instant.validator.js';
import type { Stage } from './stage.entity.js';
import { stageTypes } from './stage.rules.js';
import type { StageType } from './stage.rules.js';

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
    signUntil: stage.signUntil.toISOString(),
    recordedAt: stage.recordedAt.toISOString(),
    ...(stage.act === null ? {} : { act: stage.act }),
    ...(stage.seedCommitment === null ? {} : { seedCommitment: stage.seedCommitment }),
    ...(stage.seed === null ? {} : { seed: stage.seed }),
    ...(stage.runId === null ? {} : { runId: stage.runId }),
  };
}
