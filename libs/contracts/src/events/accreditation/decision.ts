import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;
const days = /^\d{4}-\d{2}-\d{2}\/(\d{4}-\d{2}-\d{2}|\.\.)$/;

/** Institution X may (or may no longer) run programme P. */
abstract class DecisionEvent extends DomainEvent {
  static readonly key = 'decisionId';

  @IsUUID()
  decisionId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsIn(['GRANTED', 'SUSPENDED', 'REVOKED'])
  state: 'GRANTED' | 'SUSPENDED' | 'REVOKED';

  /** First day of the right. */
  @Matches(day)
  validFrom: string;

  /** First day without the right; absent while it is open-ended. A revocation ends the right on its effective day. */
  @IsOptional()
  @Matches(day)
  validTo?: string;

  /**
   * Every suspension of the right so far (R-ACC-35), oldest first: from the first day without it until the first day with
   * it again, `2027-01-01/2027-03-01`, or `2027-01-01/..` while no end is decided. Absent without any.
   */
  @IsOptional()
  @Matches(days, { each: true })
  suspensions?: string[];

  /** Number of the act that the decision rests on. */
  @IsString()
  actNumber: string;
}

export class DecisionGrantedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.granted.v1';
}
/** The right rests; other rights of the same institution stay as they are (R-REG-14). */
export class DecisionSuspendedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.suspended.v1';
}
/** The suspension was lifted, or got its end. */
export class DecisionReinstatedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.reinstated.v1';
}
export class DecisionRevokedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.revoked.v1';
}
