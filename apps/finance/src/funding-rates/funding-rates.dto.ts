import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsDay } from '@meistras/platform/http/day';
import type { FundingRate } from './funding-rate.entity.js';

export class PublishFundingRateDto {
  /**
   * Funds for one credit, in cents.
   * @example 4000
   */
  @IsInt()
  @Min(1)
  @Max(100_000_000)
  amountMinor: number;

  @IsIn(['EUR'])
  currency: 'EUR';

  /**
   * First day of the rate; it holds until the next one.
   * @example "2026-01-01"
   */
  @IsDay()
  validFrom: string;

  /**
   * The act that sets the rate.
   * @example "Order V-100"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  act: string;
}

export class FundingRateDto extends PublishFundingRateDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'date-time' })
  recordedAt: string;
}

export class FundingRateListDto {
  items: FundingRateDto[];
}

export function toFundingRateDto(rate: FundingRate): FundingRateDto {
  const { id, amountMinor, currency, validFrom, act } = rate;
  return { id, amountMinor, currency, validFrom, act, recordedAt: rate.recordedAt.toISOString() };
}
