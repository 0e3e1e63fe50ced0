import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { Type } from 'class-transformer';
import { PageQuery } from '@meistras/platform/paging/paging';
import { PlanStageDto } from '../stages/stages.dto.js';
import type { Campaign } from './campaign.entity.js';

export class PlanCampaignDto {
  /** @example 2026 */
  @IsInt()
  @Min(2000)
  @Max(2200)
  year: number;

  /**
   * Act that approves the number of state-funded places.
   * @example "V-1517, 2025-11-29"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  planAct: string;
}

/** The calendar of a year in one document. */
export class PlanYearDto extends PlanCampaignDto {
  /** Its stages, planned together with it; more may follow. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique(({ sequence }: PlanStageDto) => sequence)
  @ValidateNested({ each: true })
  @Type(() => PlanStageDto)
  stages?: PlanStageDto[];
}

export class CampaignDto extends PlanCampaignDto {
  id: string;
  version: number;
  recordedAt: string;
}

export class CampaignPageDto {
  items: CampaignDto[];
  next?: string;
}

export class CampaignsQuery extends PageQuery {
  /** Only the campaign of this year. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2200)
  year?: number;
}

export function toCampaignDto({ id, version, year, planAct, recordedAt }: Campaign): CampaignDto {
  return { id, version, year, planAct, recordedAt: recordedAt.toISOString() };
}
