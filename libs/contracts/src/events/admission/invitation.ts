import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

export const invitationStates = ['ISSUED', 'SIGNED', 'LAPSED', 'DECLINED', 'ANNULLED'] as const;
export type InvitationState = (typeof invitationStates)[number];

abstract class InvitationEvent extends DomainEvent {
  static readonly key = 'invitationId';

  @IsUUID()
  invitationId: string;

  @IsUUID()
  applicationId: string;

  @IsUUID()
  stageId: string;

  @IsInt()
  year: number;

  @IsUUID()
  learnerId: string;

  @IsUUID()
  offeringId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  /** State-funded (VF) or not (VNF). */
  @IsIn(['VF', 'VNF'])
  fundingType: 'VF' | 'VNF';

  /** Which of the applicant's preferences it is, from 1. */
  @IsInt()
  @Min(1)
  rank: number;

  @IsISO8601()
  signBy: string;

  /** Won on complaint: on top of the places, nobody is displaced (R-ADM-37). */
  @IsOptional()
  @IsBoolean()
  overCapacity?: boolean;

  @IsIn(invitationStates)
  state: InvitationState;
}

export class InvitationIssuedV1 extends InvitationEvent {
  static readonly type = 'admission.invitation.issued.v1';
}
export class InvitationSignedV1 extends InvitationEvent {
  static readonly type = 'admission.invitation.signed.v1';
}
export class InvitationLapsedV1 extends InvitationEvent {
  static readonly type = 'admission.invitation.lapsed.v1';
}
export class InvitationDeclinedV1 extends InvitationEvent {
  static readonly type = 'admission.invitation.declined.v1';
}
/** The originals contradict what was declared (R-ADM-29), or a complaint gave a better place (R-ADM-37). */
export class InvitationAnnulledV1 extends InvitationEvent {
  static readonly type = 'admission.invitation.annulled.v1';
}
