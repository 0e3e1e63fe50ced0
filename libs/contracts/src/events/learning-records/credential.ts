import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

abstract class CredentialEvent extends DomainEvent {
  static readonly key = 'credentialId';

  @IsUUID()
  credentialId: string;

  @IsIn(['QUALIFICATION_DIPLOMA'])
  kind: 'QUALIFICATION_DIPLOMA';

  @IsUUID()
  enrolmentId: string;

  @IsUUID()
  learnerId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsString()
  programmeCode: string;

  @IsString()
  registrationNumber: string;

  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  issuedOn: string;

  @IsIn(['ISSUED', 'REVOKED', 'REPLACED'])
  state: 'ISSUED' | 'REVOKED' | 'REPLACED';

  /** Why it was replaced; absent while it is not. */
  @IsOptional()
  @IsIn(['CORRECTION', 'DUPLICATE'])
  replacement?: 'CORRECTION' | 'DUPLICATE';

  /** The one that holds instead. */
  @IsOptional()
  @IsUUID()
  replacedById?: string;
}

export class CredentialIssuedV1 extends CredentialEvent {
  static readonly type = 'learning-records.credential.issued.v1';
}
export class CredentialRevokedV1 extends CredentialEvent {
  static readonly type = 'learning-records.credential.revoked.v1';
}
/** Corrected, or lost and issued again: another one holds instead (R-LR-35). */
export class CredentialReplacedV1 extends CredentialEvent {
  static readonly type = 'learning-records.credential.replaced.v1';
}
