import { IsIn, IsString, IsUUID, Matches } from 'class-validator';
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

  @IsIn(['ISSUED', 'REVOKED'])
  state: 'ISSUED' | 'REVOKED';
}

export class CredentialIssuedV1 extends CredentialEvent {
  static readonly type = 'learning-records.credential.issued.v1';
}
export class CredentialRevokedV1 extends CredentialEvent {
  static readonly type = 'learning-records.credential.revoked.v1';
}
