import { IsIn, IsInt, IsString, IsUUID, Min } from 'class-validator';
import { DomainEvent } from '../../event.js';

/** Funds bound to one learner for one calendar year. */
abstract class CommitmentEvent extends DomainEvent {
  static readonly key = 'commitmentId';

  @IsUUID()
  commitmentId: string;

  @IsUUID()
  enrolmentId: string;

  @IsUUID()
  institutionId: string;

  @IsUUID()
  programmeId: string;

  @IsString()
  fieldCode: string;

  @IsInt()
  calendarYear: number;

  /** Credits that fall in the year, in hundredths. */
  @IsInt()
  @Min(0)
  creditsHundredths: number;

  /** What the institution is still owed for the year, in cents. */
  @IsInt()
  @Min(0)
  amountMinor: number;

  @IsIn(['EUR'])
  currency: 'EUR';

  @IsIn(['ACTIVE', 'ENDED'])
  state: 'ACTIVE' | 'ENDED';
}

export class CommitmentCreatedV1 extends CommitmentEvent {
  static readonly type = 'finance.commitment.created.v1';
}
/** Made smaller because the learner left; the ledger holds the reversal. */
export class CommitmentAdjustedV1 extends CommitmentEvent {
  static readonly type = 'finance.commitment.adjusted.v1';
}
