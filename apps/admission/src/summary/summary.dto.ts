export class PoolSummaryDto {
  /** @example "07" */
  fieldCode: string;
  /** State-funded places of the field. */
  quota: number;
  /** State-funded seats of its offerings. */
  seats: number;
  invited: number;
  signed: number;
  /** Agreements that ended before teaching started. */
  terminatedBeforeStart: number;
  /** Places that nobody was invited to. */
  unfilled: number;
  /** F-ADM-4: what moves to the next stage, before a change of the plan. */
  left: number;
}

export class StageSummaryDto {
  stageId: string;
  offerings: number;
  fundedSeats: number;
  nonFundedSeats: number;
  /** Sum of the quotas. */
  quota: number;
  applications: number;
  withdrawn: number;
  /** Invitations issued: open, signed, lapsed and declined together. */
  invited: number;
  open: number;
  signed: number;
  lapsed: number;
  declined: number;
  /** Applications without an invitation. */
  notPlaced: number;
  /** Agreements signed and not ended before teaching started. */
  agreements: number;
  terminatedBeforeStart: number;
  /** By funded pool. */
  pools: PoolSummaryDto[];
}
