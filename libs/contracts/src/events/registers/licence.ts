import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** The right of an institution to run a programme, as the register shows it on the day of the event (R-REG-14). */
abstract class LicenceEvent extends DomainEvent {
  static readonly key = 'licenceId';

  /** Id of the decision in accreditation. */
  @IsUUID()
  licenceId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsIn(['ISSUED', 'SUSPENDED', 'REVOKED'])
  state: 'ISSUED' | 'SUSPENDED' | 'REVOKED';

  /** First day of this state. */
  @Matches(day)
  validFrom: string;

  /** First day after it; absent while no end is known. */
  @IsOptional()
  @Matches(day)
  validTo?: string;
}

export class LicenceIssuedV1 extends LicenceEvent {
  static readonly type = 'registers.licence.issued.v1';
}
export class LicenceChangedV1 extends LicenceEvent {
  static readonly type = 'registers.licence.changed.v1';
}
