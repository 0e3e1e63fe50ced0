import { IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Type } from 'class-transformer';
import { PageQuery } from '@meistras/platform/paging/paging';
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
