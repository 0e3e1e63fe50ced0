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

export class SetPoolDto {
  /**
   * State-funded places of the field in this stage.
   * @example 120
   */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  quota: number;

  /**
   * Act that sets the quota.
   * @example "V-1517, 2025-11-29"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(120)
  act: string;
}

export class PoolQuotaDto {
  /**
   * Broad field of education: the first two digits of the ISCED-F 2013 code.
   * @example "07"
   */
  @Matches(/^\d{2,4}$/)
  fieldCode: string;

  /** @example 120 */
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  quota: number;
}

export class SetPoolsDto {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ArrayUnique(({ fieldCode }: PoolQuotaDto) => fieldCode)
  @ValidateNested({ each: true })
  @Type(() => PoolQuotaDto)
  pools: PoolQuotaDto[];

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
  recordedAt: string;
}

export class PoolListDto {
  items: PoolDto[];
}

export function toPoolDto({ stageId, fieldCode, version, quota, act, recordedAt }: FundedPool): PoolDto {
  return { stageId, fieldCode, version, quota, act, recordedAt: recordedAt.toISOString() };
}
