import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { invitationStates } from '@meistras/contracts/events/admission/invitation';
import type { InvitationState } from '@meistras/contracts/events/admission/invitation';
import { PageQuery } from '@meistras/platform/paging/paging';
import type { InvitationInStage } from './invitations.queries.js';

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

export function toInvitationDto(invitation: InvitationInStage): InvitationDto {
  const { id, version, stageId, year, applicationId, learnerId, offeringId } = invitation;
  const { institutionId, programmeId, fundingType, rank, state } = invitation;
  return {
    ...{ id, version, stageId, year, applicationId, learnerId, offeringId },
    ...{ institutionId, programmeId, fundingType, rank, state },
    signBy: invitation.signUntil.toISOString(),
    issuedAt: invitation.issuedAt.toISOString(),
    recordedAt: invitation.recordedAt.toISOString(),
  };
}
