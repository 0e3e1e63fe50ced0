export class PoolSummaryDto {
  /** @example "07" */
  fieldCode: string;
  /** State-funded places that the act gave the field in this stage. */
  planned: number;
  /** Places that earlier stages left. */
  carriedOver: number;
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
  /** Applicants who were ever invited; a complaint may give one a second invitation. */
  invitedPersons: number;
  /** Invitations won on complaint, on top of the places. */
  overCapacity: number;
  open: number;
  signed: number;
  lapsed: number;
  declined: number;
  annulled: number;
  /** Applicants who were never invited. */
  notPlaced: number;
  /** Agreements signed and not ended before teaching started. */
  agreements: number;
  terminatedBeforeStart: number;
  /** By funded pool. */
  pools: PoolSummaryDto[];
}

export class StageOfYearDto extends StageSummaryDto {
  /** @example "SUMMER" */
  type: string;
  sequence: number;
  /** @example "CLOSED" */
  state: string;
}

export class CampaignSummaryDto {
  campaignId: string;
  /** @example 2026 */
  year: number;
  stages: StageOfYearDto[];
  /** State-funded places that acts gave all the stages. */
  planned: number;
  /** Live agreements on them. */
  agreements: number;
  /** Live agreements on state-funded places won on complaint, on top of them. */
  overCapacity: number;
  /** State-funded places that went back to the state. */
  returned: number;
  /** Persons who applied at least once. */
  persons: number;
  /** Once every stage is closed: whether planned = agreements + returned. */
  reconciles?: boolean;
}
