import { IsIn, IsInt, IsISO8601, IsOptional, IsString, IsUUID, Matches, Max, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** The training agreement of a learner and an institution. */
abstract class AgreementEvent extends DomainEvent {
  static readonly key = 'agreementId';

  @IsUUID()
  agreementId: string;

  @IsUUID()
  invitationId: string;

  @IsUUID()
  learnerId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  /** State code of the programme at admission; learner and diploma stay under it (R-LR-03). */
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

  @IsIn(['VF', 'VNF'])
  fundingType: 'VF' | 'VNF';

  /** Year of the campaign. */
  @IsInt()
  year: number;

  @IsISO8601()
  signedAt: string;

  @Matches(day)
  startsOn: string;

  /** Last planned day of training. */
  @Matches(day)
  plannedEndOn: string;

  @IsOptional()
  @Matches(day)
  terminatedOn?: string;

  @IsIn(['SIGNED', 'TERMINATED'])
  state: 'SIGNED' | 'TERMINATED';
}

export class AgreementSignedV1 extends AgreementEvent {
  static readonly type = 'admission.agreement.signed.v1';
}
/** Ended before teaching started; the place is free again on that day (R-ADM-34). */
export class AgreementTerminatedV1 extends AgreementEvent {
  static readonly type = 'admission.agreement.terminated.v1';
}
