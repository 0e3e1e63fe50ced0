// The types shared by engine, verifier, hash and explanation. Only types and three constants, so that the verifier
// can use this file and still share no code with the engine (section 5.4).

/** VF state-funded, VNF not (R-ADM-14). */
export type FundingType = 'VF' | 'VNF';

/**
 * The allocation problem of section 5.1 in flat arrays. An option is numbered 2 * offering for VF and
 * 2 * offering + 1 for VNF. "Field" stands for the funded pool, which is keyed by kind and field (R-ADM-27).
 * Preferences are already cut down to options that are suitable and permitted by F-ADM-2 (R-ADM-17, R-ADM-08).
 */
export interface AllocationProblem {
  readonly applicantCount: number;
  readonly offeringCount: number;
  readonly fieldCount: number;
  /** [offering] the field whose quota its funded seats draw on. */
  readonly fieldOf: Int32Array;
  /** [option] q(o, VF) and q(o, VNF). */
  readonly seats: Int32Array;
  /** [field] Q(f), the quota shared by all offerings of the field (R-ADM-26). */
  readonly quota: Int32Array;
  /** [applicant] first preference of the list; one entry more at the end. */
  readonly listStart: Int32Array;
  /** [preference] the option, best first within one applicant. */
  readonly option: Int32Array;
  /** [preference] tier, score and criteria packed into 31 bits, lower is better (allocation.key.ts, R-ADM-24). */
  readonly merit: Uint32Array;
  /** [applicant] dense rank of the lottery hash, a permutation of 0..applicantCount-1, lower is better (F-ADM-3). */
  readonly lotteryRank: Uint32Array;
}

/** The identifiers behind the numbers of a problem, and what else hash and explanation need. */
export interface ProblemNames {
  readonly stageId: string;
  /** Codes of the priority criteria in their order (R-ADM-25). */
  readonly criteria: readonly string[];
  readonly fieldIds: readonly string[];
  readonly offeringIds: readonly string[];
  readonly applicationIds: readonly string[];
  readonly lottery: LotteryHashes;
}

/** The hashes of a draw in hex; rank 0 is the best. */
export interface LotteryHashes {
  hashOf(lotteryRank: number): string;
}

export interface AllocationResult {
  /** [applicant] the option obtained, or NO_PLACE. */
  readonly option: Int32Array;
  /** [option], [field] places taken. */
  readonly optionTaken: Int32Array;
  readonly fieldTaken: Int32Array;
  /** [option], [field] the worst key held when full, OPEN with room left, CLOSED when the limit is zero. */
  readonly optionCutOff: Float64Array;
  readonly fieldCutOff: Float64Array;
}

export const NO_PLACE = -1;

/** Key of a preference = merit * LOTTERY_SPAN + lotteryRank: 31 + 22 bits, exact in a double, lower is better. */
export const LOTTERY_SPAN = 2 ** 22;

/** Cut-offs are compared by `key < cutOff`: everybody passes an open limit, nobody a closed one. */
export const OPEN = Number.POSITIVE_INFINITY;
export const CLOSED = -1;
