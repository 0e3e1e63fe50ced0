import { IsIn, IsOptional, IsString, IsUUID, Matches, MaxLength, MinLength } from 'class-validator';
import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Complaint } from './complaint.entity.js';
import { complaintDecisions, complaintStates } from './complaint.rules.js';
import type { ComplaintDecision, ComplaintState } from './complaint.rules.js';

export class FileComplaintDto {
  @IsUUID()
  applicationId: string;

  /** The listed place that is asked for. */
  @IsUUID()
  offeringId: string;

  /** `VF`: state-funded place; `VNF`: the learner or an employer pays. */
  @IsIn(['VF', 'VNF'])
  fundingType: 'VF' | 'VNF';

  /**
   * What is wrong; a code, never personal data.
   * @example "GRADE_MISSING"
   */
  @Matches(/^[A-Z][A-Z0-9_]{2,59}$/)
  ground: string;
}

export class DecideComplaintDto {
  @IsIn(complaintDecisions)
  state: ComplaintDecision;

  /**
   * The reasons, as the applicant will read them.
   * @example "The grade of mathematics was entered after the lists were fixed, by no fault of the applicant."
   */
  @IsString()
  @MinLength(10)
  @MaxLength(2_000)
  reason: string;
}

export class ComplaintDto extends FileComplaintDto {
  id: string;
  version: number;
  stageId: string;
  learnerId: string;
  institutionId: string;
  filedAt: string;
  /** The last day for the answer. */
  @ApiProperty({ format: 'date' })
  answerBy: string;
  @ApiProperty({ enum: complaintStates })
  state: ComplaintState;
  reason?: string;
  decidedAt?: string;
  /** The place that was won, on top of the places. */
  invitationId?: string;
  recordedAt: string;
}

export class ComplaintPageDto {
  items: ComplaintDto[];
  next?: string;
}

export class ComplaintsQuery extends PageQuery {
  /** Only complaints in this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only complaints in this state. */
  @IsOptional()
  @IsIn(complaintStates)
  state?: ComplaintState;
}

export function toComplaintDto(complaint: Complaint): ComplaintDto {
  const { id, version, stageId, applicationId, learnerId, offeringId, fundingType, institutionId } = complaint;
  const { ground, answerBy, state, reason, decidedAt, invitationId } = complaint;
  return {
    ...{ id, version, stageId, applicationId, learnerId, offeringId, fundingType, institutionId },
    ...{ ground, answerBy, state },
    filedAt: complaint.filedAt.toISOString(),
    recordedAt: complaint.recordedAt.toISOString(),
    ...(reason === null ? {} : { reason }),
    ...(decidedAt === null ? {} : { decidedAt: decidedAt.toISOString() }),
    ...(invitationId === null ? {} : { invitationId }),
  };
}
