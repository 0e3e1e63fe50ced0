import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Commitment } from './commitment.entity.js';

export class CommitmentDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  version: number;
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  fieldCode: string;
  calendarYear: number;
  /** Credits that fall in the year, in hundredths. */
  @ApiProperty({ type: 'integer' })
  creditsHundredths: number;
  /** What is committed now, in cents. */
  @ApiProperty({ type: 'integer' })
  amountMinor: number;
  currency: string;
  @ApiProperty({ enum: ['ACTIVE', 'ENDED'] })
  state: string;
}

export class CommitmentPageDto {
  items: CommitmentDto[];
  next?: string;
}

export class CommitmentsQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsOptional()
  @IsUUID()
  enrolmentId?: string;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2999)
  calendarYear?: number;
}

export function toCommitmentDto(commitment: Commitment): CommitmentDto {
  const {
    id,
    version,
    enrolmentId,
    institutionId,
    programmeId,
    fieldCode,
    calendarYear,
    creditsHundredths,
    currency,
    state,
  } = commitment;
  return {
    ...{
      id,
      version,
      enrolmentId,
      institutionId,
      programmeId,
      fieldCode,
      calendarYear,
      creditsHundredths,
      currency,
      state,
    },
    amountMinor: Number(commitment.amountMinor),
  };
}
