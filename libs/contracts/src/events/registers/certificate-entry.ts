import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** The official entry of a diploma or certificate. */
abstract class CertificateEntryEvent extends DomainEvent {
  static readonly key = 'certificateEntryId';

  /** Id of the credential in learning-records, if that issued it. */
  @IsUUID()
  certificateEntryId: string;

  /** Absent for one that was entered from paper or from an older register. */
  @IsOptional()
  @IsUUID()
  enrolmentId?: string;

  @IsUUID()
  institutionId: string;

  /** The code that it was issued under. */
  @IsString()
  programmeCode: string;

  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  issuedOn: string;

  @IsIn(['REGISTERED', 'CORRECTED', 'DUPLICATED', 'ANNULLED', 'REFUSED'])
  state: 'REGISTERED' | 'CORRECTED' | 'DUPLICATED' | 'ANNULLED' | 'REFUSED';

  /** Why it was refused. */
  @IsOptional()
  @IsIn(['PROGRAMME_CODE_DIFFERS'])
  refusal?: 'PROGRAMME_CODE_DIFFERS';
}

export class CertificateEntryRegisteredV1 extends CertificateEntryEvent {
  static readonly type = 'registers.certificate-entry.registered.v1';
}
export class CertificateEntryChangedV1 extends CertificateEntryEvent {
  static readonly type = 'registers.certificate-entry.changed.v1';
}
/** Kept, and reported back to the institution that issued it (R-REG-20). */
export class CertificateEntryRefusedV1 extends CertificateEntryEvent {
  static readonly type = 'registers.certificate-entry.refused.v1';
}
