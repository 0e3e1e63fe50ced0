import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { enrolmentStates } from '@meistras/contracts/events/learning-records/enrolment';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';
import { withoutNulls } from '@meistras/platform/http/validation';
import { PageQuery } from '@meistras/platform/paging/paging';

export class LearnerEntriesQuery extends PageQuery {
  /** The calendar year in which the school year begins. */
  @ApiProperty({ type: 'integer', minimum: 2000, maximum: 2100, example: 2025 })
  @Type(() => Number)
  @IsInt()
  @Min(2000)
  @Max(2100)
  schoolYear: number;

  /** Only entries of this institution. */
  @ApiProperty({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsOptional()
  @IsIn(enrolmentStates)
  state?: EnrolmentState;
}

/** An enrolment as the learner register holds it. */
export class LearnerEntryDto {
  @ApiProperty({ format: 'uuid' })
  enrolmentId: string;
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  /**
   * Code of the programme at admission; absent of enrolments from before the register kept it.
   * @example "P43061301"
   */
  programmeCode?: string;
  @ApiProperty({ format: 'date', example: '2025-09-15' })
  validFrom: string;
  /** First day after the last one as a learner; absent while no end is known. */
  @ApiProperty({ format: 'date', example: '2026-07-01' })
  validTo?: string;
  @ApiProperty({ enum: enrolmentStates })
  state: EnrolmentState;
}

export class LearnerEntryPageDto {
  items: LearnerEntryDto[];
  next?: string;
}

/** A row of the statement, which has nulls. */
export type LearnerEntryRow = Required<{
  [K in keyof LearnerEntryDto]: K extends 'programmeCode' | 'validTo' ? string | null : LearnerEntryDto[K];
}>;

export const toLearnerEntryDto = (row: LearnerEntryRow): LearnerEntryDto =>
  withoutNulls(row) as unknown as LearnerEntryDto;
