import { IsOptional, IsUUID } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { IsDay } from '@meistras/platform/http/day';

export class RightQuery {
  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  institutionId: string;

  @ApiProperty({ format: 'uuid' })
  @IsUUID()
  programmeId: string;

  /**
   * The day that is asked about; today in the national time zone if absent.
   * @example "2026-09-01"
   */
  @IsOptional()
  @IsDay()
  validOn?: string;
}

export class RightDto {
  /** Whether the institution may run the programme on the day. */
  allowed: boolean;
  /** The decision that the right rests on; absent when there is none. */
  @ApiProperty({ format: 'uuid' })
  decisionId?: string;
}
