import { IsIn, IsUUID, Matches } from 'class-validator';
import { DomainEvent } from '../../event.js';

export const transferStates = ['REQUESTED', 'AGREED', 'COMPLETED', 'REFUSED', 'WITHDRAWN', 'EXPIRED'] as const;
export type TransferState = (typeof transferStates)[number];

/** A learner goes from one institution to another: ids and a day, nothing of the person. */
abstract class TransferEvent extends DomainEvent {
  static readonly key = 'transferId';

  @IsUUID()
  transferId: string;

  @IsUUID()
  learnerId: string;

  @IsUUID()
  fromInstitutionId: string;

  @IsUUID()
  toInstitutionId: string;

  /** First day at the receiving institution. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  startsOn: string;

  @IsIn(transferStates)
  state: TransferState;
}

export class TransferRequestedV1 extends TransferEvent {
  static readonly type = 'registers.transfer.requested.v1';
}
/** Both institutions consent. */
export class TransferAgreedV1 extends TransferEvent {
  static readonly type = 'registers.transfer.agreed.v1';
}
/** The day has come: the learner is the receiving institution's. */
export class TransferCompletedV1 extends TransferEvent {
  static readonly type = 'registers.transfer.completed.v1';
}
/** By an institution that was asked. */
export class TransferRefusedV1 extends TransferEvent {
  static readonly type = 'registers.transfer.refused.v1';
}
/** By whoever asked. */
export class TransferWithdrawnV1 extends TransferEvent {
  static readonly type = 'registers.transfer.withdrawn.v1';
}
/** Nobody answered in time, or the learner was no longer the sending institution's on the day. */
export class TransferExpiredV1 extends TransferEvent {
  static readonly type = 'registers.transfer.expired.v1';
}
