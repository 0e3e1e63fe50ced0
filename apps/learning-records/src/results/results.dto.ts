import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsUUID, Max, Min } from 'class-validator';
import { IsDay } from '@meistras/platform/http/day';

export class RecordResultDto {
  @IsUUID()
  enrolmentId: string;

  /**
   * Mark of the final assessment, a whole number from 1 to 10.
   * @example 8
   */
  @IsInt()
  @Min(1)
  @Max(10)
  mark: number;

  /**
   * Day of the decision; not in the future.
   * @example "2026-06-15"
   */
  @IsDay()
  decidedOn: string;
}

export class ResultDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
  mark: number;
  /** A passed assessment completes the enrolment. */
  passed: boolean;
  @ApiProperty({ format: 'date' })
  decidedOn: string;
}
