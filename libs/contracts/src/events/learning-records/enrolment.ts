import { IsIn, IsInt, IsOptional, IsString, IsUUID, Matches, Max, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

export const enrolmentStates = ['PLANNED', 'ACTIVE', 'CANCELLED', 'COMPLETED', 'TERMINATED'] as const;
export type EnrolmentState = (typeof enrolmentStates)[number];

/** A learner's participation in one programme. */
abstract class EnrolmentEvent extends DomainEvent {
  static readonly key = 'enrolmentId';

  @IsUUID()
  enrolmentId: string;

  @IsUUID()
  agreementId: string;

  @IsUUID()
  learnerId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsString()
  programmeCode: string;

  @IsString()
  fieldCode: string;

  @IsInt()
  @Min(1)
  @Max(8)
  eqfLevel: number;

  @IsInt()
  @Min(1)
  credits: number;

  /** Code of the classifier KL_M_FINSALT: 11 is a state-funded place (R-FIN-31). */
  @IsString()
  fundingSource: string;

  /** Year of the campaign that led here. */
  @IsInt()
  year: number;

  @Matches(day)
  startsOn: string;

  @Matches(day)
  plannedEndOn: string;

  /** Last day as a learner. */
  @IsOptional()
  @Matches(day)
  endedOn?: string;

  /** Item of the classifier KL_ISV_PRIEZ2, when ended before completion. */
  @IsOptional()
  @IsString()
  endReason?: string;

  @IsIn(enrolmentStates)
  state: EnrolmentState;
}

export class EnrolmentPlannedV1 extends EnrolmentEvent {
  static readonly type = 'learning-records.enrolment.planned.v1';
}
export class EnrolmentStartedV1 extends EnrolmentEvent {
  static readonly type = 'learning-records.enrolment.started.v1';
}
/** Completed, terminated or cancelled; `state` says which. */
export class EnrolmentEndedV1 extends EnrolmentEvent {
  static readonly type = 'learning-records.enrolment.ended.v1';
}
