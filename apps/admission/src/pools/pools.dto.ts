import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsInt,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import type { FundedPool } from './funded-pool.entity.js';

const mostPlaces = 1_000_000;

export class SetPoolDto {
  /**
   * State-funded places that the act gives the field in this stage, besides those that earlier stages leave; below zero
   * takes some of those away (F-ADM-4, change of the plan).
   * @example 120
   */
  @IsInt()
  @Min(-mostPlaces)
  @Max(mostPlaces)
  planned: number;

  /**
   * Act that sets the quota.
   * @example "V-1517, 2025-11-29"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  act: string;
}

export class PlannedPoolDto {
  /**
   * Broad field of education: the first two digits of the ISCED-F 2013 code; behind an M the pool of its single modules.
   * @example "07"
   */
  @Matches(/^M?\d{2,4}$/)
  fieldCode: string;

  /** @example 120 */
  @IsInt()
  @Min(-mostPlaces)
  @Max(mostPlaces)
  planned: number;
}

export class SetPoolsDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ArrayUnique(({ fieldCode }: PlannedPoolDto) => fieldCode)
  @ValidateNested({ each: true })
  @Type(() => PlannedPoolDto)
  pools: PlannedPoolDto[];

  /**
   * Act that sets the quotas.
   * @example "V-1517, 2025-11-29"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  act: string;
}

export class PoolDto extends SetPoolDto {
  stageId: string;
  /** @example "07" */
  fieldCode: string;
  version: number;
  /** Places that earlier stages of the campaign left (R-ADM-33). */
  carriedOver: number;
  /** Places that the stage gives out: planned and carried over together, never below zero. */
  quota: number;
  recordedAt: string;
}

export class PoolListDto {
  items: PoolDto[];
}

export function toPoolDto({ recordedAt, ...pool }: FundedPool): PoolDto {
  return { ...pool, recordedAt: recordedAt.toISOString() };
}
