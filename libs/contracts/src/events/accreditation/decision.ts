import { IsIn, IsOptional, IsString, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Institution X may (or may no longer) run programme P. */
abstract class DecisionEvent extends DomainEvent {
  static readonly key = 'decisionId';

  @IsUUID()
  decisionId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsIn(['GRANTED', 'REVOKED'])
  state: 'GRANTED' | 'REVOKED';

  /** First day of the right. */
  @Matches(day)
  validFrom: string;

  /** First day without the right; absent while it is open-ended. A revocation ends the right on its effective day. */
  @IsOptional()
  @Matches(day)
  validTo?: string;

  /** Number of the act that the decision rests on. */
  @IsString()
  actNumber: string;
}

export class DecisionGrantedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.granted.v1';
}
export class DecisionRevokedV1 extends DecisionEvent {
  static readonly type = 'accreditation.decision.revoked.v1';
}
