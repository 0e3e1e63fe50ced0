import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { enrolmentStates } from '@meistras/contracts/events/learning-records/enrolment';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';
import { IsDay } from '@meistras/platform/http/day';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Enrolment } from './enrolment.entity.js';

export class EnrolmentDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  version: number;
  @ApiProperty({ format: 'uuid' })
  agreementId: string;
  @ApiProperty({ format: 'uuid' })
  learnerId: string;
  @ApiProperty({ format: 'uuid' })
  institutionId: string;
  @ApiProperty({ format: 'uuid' })
  programmeId: string;
  /** State code of the programme at admission. */
  programmeCode: string;
  fieldCode: string;
  eqfLevel: number;
  credits: number;
  /** Code of the classifier KL_M_FINSALT; 11 is a state-funded place. */
  fundingSource: string;
  /** Year of the admission campaign. */
  year: number;
  @ApiProperty({ format: 'date' })
  startsOn: string;
  @ApiProperty({ format: 'date' })
  plannedEndOn: string;
  @ApiProperty({ format: 'date' })
  endedOn?: string;
  endReason?: string;
  @ApiProperty({ enum: enrolmentStates })
  state: EnrolmentState;
}

export class EnrolmentPageDto {
  items: EnrolmentDto[];
  next?: string;
}

export class EnrolmentsQuery extends PageQuery {
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  @IsOptional()
  @IsUUID()
  learnerId?: string;

  @IsOptional()
  @IsIn(enrolmentStates)
  state?: EnrolmentState;
}

export class EndEnrolmentDto {
  /**
   * Last day as a learner; not in the future.
   * @example "2026-11-20"
   */
  @IsDay()
  endedOn: string;

  /**
   * Item of the classifier of leaving reasons (KL_ISV_PRIEZ2).
   * @example "12"
   */
  @IsString()
  @MinLength(1)
  @MaxLength(20)
  @Matches(/^\S+$/)
  reason: string;
}

export function toEnrolmentDto(enrolment: Enrolment): EnrolmentDto {
  const { id, version, agreementId, learnerId, institutionId, programmeId, programmeCode, fieldCode, eqfLevel } =
    enrolment;
  const { credits, fundingSource, year, startsOn, plannedEndOn, endedOn, endReason, state } = enrolment;
  return {
    ...{ id, version, agreementId, learnerId, institutionId, programmeId, programmeCode, fieldCode, eqfLevel },
    ...{ credits, fundingSource, year, startsOn, plannedEndOn, state },
    ...(endedOn === null ? {} : { endedOn }),
    ...(endReason === null ? {} : { endReason }),
  };
}
