import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { invitationStates } from '@meistras/contracts/events/admission/invitation';
import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { Invitation } from './invitation.entity.js';

export class InvitationDto {
  id: string;
  version: number;
  stageId: string;
  /** @example 2026 */
  year: number;
  applicationId: string;
  learnerId: string;
  offeringId: string;
  institutionId: string;
  programmeId: string;
  fundingType: 'VF' | 'VNF';
  /** Which of the applicant's preferences it is, from 1. */
  rank: number;
  state: InvitationState;
  /** Won on complaint: on top of the places (R-ADM-37). */
  overCapacity: boolean;
  /** Why it was annulled. */
  annulmentReason?: string;
  /** The first instant at which it can no longer be signed. */
  signBy: string;
  issuedAt: string;
  recordedAt: string;
}

export class InvitationPageDto {
  items: InvitationDto[];
  next?: string;
}

export class InvitationsQuery extends PageQuery {
  /** Only invitations to this institution. */
  @IsOptional()
  @IsUUID()
  institutionId?: string;

  /** Only invitations of this stage. */
  @IsOptional()
  @IsUUID()
  stageId?: string;

  /** Only invitations in this state. */
  @IsOptional()
  @IsIn(invitationStates)
  state?: InvitationState;

  /** Only invitations of this learner. */
  @IsOptional()
  @IsUUID()
  learnerId?: string;
}

export class AnnulInvitationDto {
  /**
   * Coded reason, never personal data.
   * @example "ORIGINALS_CONTRADICT"
   */
  @Matches(/^[A-Z][A-Z0-9_]{2,59}$/)
  reason: string;
}

export function toInvitationDto(invitation: Invitation, signBy: Date): InvitationDto {
  const { id, version, stageId, year, applicationId, learnerId, offeringId } = invitation;
  const { institutionId, programmeId, fundingType, rank, state, overCapacity, annulmentReason } = invitation;
  return {
    ...{ id, version, stageId, year, applicationId, learnerId, offeringId },
    ...{ institutionId, programmeId, fundingType, rank, state, overCapacity },
    ...(annulmentReason === null ? {} : { annulmentReason }),
    signBy: signBy.toISOString(),
    issuedAt: invitation.issuedAt.toISOString(),
    recordedAt: invitation.recordedAt.toISOString(),
  };
}
