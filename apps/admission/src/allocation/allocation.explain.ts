import {
  CLOSED,
  NO_PLACE,
  OPEN,
  type AllocationProblem,
  type AllocationResult,
  type FundingType,
  type ProblemNames,
} from './allocation-problem.js';
import { optionNumber } from './allocation.builder.js';
import { criterionBit, packKey, unpackKey } from './allocation.key.js';

/** One entry of the list as the applicant ordered it, also what did not compete. */
export interface ListedOption {
  readonly offeringId: string;
  readonly fundingType: FundingType;
  readonly standing:
    | { readonly kind: 'COMPETES' }
    | { readonly kind: 'NOT_ENTITLED'; readonly rule: string; readonly facts: Readonly<Record<string, unknown>> }
    | { readonly kind: 'UNSUITABLE'; readonly reason: string; readonly institution: string };
}

export interface ShownKey {
  readonly tier: number;
  /** Ten-thousandths. */
  readonly score: number;
  /** Codes of the criteria met, in their order. */
  readonly criteria: readonly string[];
  /** The hash of F-ADM-3. */
  readonly lottery: string;
}

export interface BelowCutOff {
  readonly code: 'BELOW_OFFERING_CUTOFF' | 'BELOW_FIELD_CUTOFF';
  /** The first part of the key that differs; NO_PLACES when the limit is zero. */
  readonly decidedBy: 'NO_PLACES' | 'TIER' | 'SCORE' | 'CRITERION' | 'LOTTERY';
  /** The criterion that decided. */
  readonly criterion?: string;
  readonly own: ShownKey;
  /** The last one taken; only the score in a pool of few holders; null when the limit is zero. */
  readonly cutOff: ShownKey | Pick<ShownKey, 'score'> | null;
  /** Capacity of the limit named: seats of the offering, or quota of the field. */
  readonly places: number;
  readonly fieldId: string | null;
  /** Seats of the offering left empty; above zero only when the field quota is used up. */
  readonly seatsFree: number;
}

type Named = Pick<ListedOption, 'offeringId' | 'fundingType'>;

export type OptionExplanation = Named &
  (
    | { readonly code: 'OBTAINED' | 'NOT_REACHED' }
    | { readonly code: 'NOT_ENTITLED'; readonly rule: string; readonly facts: Readonly<Record<string, unknown>> }
    | { readonly code: 'UNSUITABLE'; readonly reason: string; readonly institution: string }
    | BelowCutOff
  );

export interface ExplainPolicy {
  /** Below so many holders only the score of the cut-off is shown [PP adm.explain.minHolders = 5]. */
  readonly minHolders?: number;
}

export type Explainer = (applicationId: string, listed: readonly ListedOption[]) => OptionExplanation[];

/**
 * Section 5.3: one code per listed option, with the numbers behind it and no other person. Made once per run; it throws
 * when an option said to compete is not in the problem, since then the list and the run do not belong together.
 */
export function createExplainer(
  { problem, names }: { readonly problem: AllocationProblem; readonly names: ProblemNames },
  result: AllocationResult,
  policy: ExplainPolicy = {},
): Explainer {
  const applicantOf = new Map(names.applicationIds.map((id, a) => [id, a]));
  const offeringOf = new Map(names.offeringIds.map((id, o) => [id, o]));
  const run: Run = { problem, names, result, minHolders: policy.minHolders ?? 5 };

  return (applicationId, listed) => {
    const applicant = applicantOf.get(applicationId);
    if (applicant === undefined) throw new RangeError(`application ${applicationId} is not in this run`);
    const first = problem.listStart[applicant]!;
    const competing = problem.option.subarray(first, problem.listStart[applicant + 1]);
    const obtained = result.option[applicant]!;
    const obtainedAt = obtained === NO_PLACE ? Infinity : competing.indexOf(obtained);

    return listed.map(({ offeringId, fundingType, standing }) => {
      if (standing.kind === 'NOT_ENTITLED')
        return { offeringId, fundingType, code: standing.kind, rule: standing.rule, facts: standing.facts };
      if (standing.kind === 'UNSUITABLE') {
        const { kind: code, reason, institution } = standing;
        return { offeringId, fundingType, code, reason, institution };
      }
      const option = optionNumber(offeringOf.get(offeringId) ?? NO_PLACE, fundingType);
      const at = competing.indexOf(option);
      if (at < 0) throw new RangeError(`${offeringId} ${fundingType} of ${applicationId} is not in this run`);
      if (at === obtainedAt) return { offeringId, fundingType, code: 'OBTAINED' };
      if (at > obtainedAt) return { offeringId, fundingType, code: 'NOT_REACHED' };
      return belowCutOff(run, applicant, first + at, { offeringId, fundingType });
    });
  };
}

interface Run {
  readonly problem: AllocationProblem;
  readonly names: ProblemNames;
  readonly result: AllocationResult;
  readonly minHolders: number;
}

/** Names the innermost full limit: the offering if it is full, the field otherwise. */
function belowCutOff(
  { problem, names, result, minHolders }: Run,
  applicant: number,
  preference: number,
  { offeringId, fundingType }: Named,
): Named & BelowCutOff {
  const option = problem.option[preference]!;
  const field = option % 2 === 0 ? problem.fieldOf[option >> 1]! : NO_PLACE;
  const offeringFull = result.optionCutOff[option] !== OPEN;
  if (!offeringFull && (field === NO_PLACE || result.fieldCutOff[field] === OPEN)) {
    throw new RangeError(
      `option ${String(option)} is open to applicant ${String(applicant)}: the result is not stable`,
    );
  }
  const cutOff = offeringFull ? result.optionCutOff[option]! : result.fieldCutOff[field]!;
  const holders = offeringFull ? result.optionTaken[option]! : result.fieldTaken[field]!;
  const ownKey = packKey(problem.merit[preference]!, problem.lotteryRank[applicant]!);
  const few = holders < minHolders;
  const { decidedBy, criterion } = decidingPart(ownKey, cutOff, names.criteria);
  // One by one: a night of results makes millions of these, and to copy properties shows in its profile.
  const below = {
    offeringId,
    fundingType,
    code: offeringFull ? ('BELOW_OFFERING_CUTOFF' as const) : ('BELOW_FIELD_CUTOFF' as const),
    decidedBy,
    own: shown(ownKey, names),
    cutOff: cutOff === CLOSED ? null : few ? { score: unpackKey(cutOff).score } : shown(cutOff, names),
    places: offeringFull ? problem.seats[option]! : problem.quota[field]!,
    fieldId: field === NO_PLACE ? null : names.fieldIds[field]!,
    seatsFree: Math.max(problem.seats[option]! - result.optionTaken[option]!, 0),
  };
  // In a small pool the criterion would tell something of one recognisable person.
  return criterion === undefined || few ? below : { ...below, criterion };
}

function decidingPart(
  ownKey: number,
  cutOffKey: number,
  criteria: readonly string[],
): { decidedBy: BelowCutOff['decidedBy']; criterion?: string } {
  if (cutOffKey === CLOSED) return { decidedBy: 'NO_PLACES' };
  const own = unpackKey(ownKey);
  const cutOff = unpackKey(cutOffKey);
  if (own.tier !== cutOff.tier) return { decidedBy: 'TIER' };
  if (own.score !== cutOff.score) return { decidedBy: 'SCORE' };
  const differing = own.criteriaMet ^ cutOff.criteriaMet;
  const criterion = criteria.find((_, place) => (differing & criterionBit(place)) !== 0);
  return criterion === undefined ? { decidedBy: 'LOTTERY' } : { decidedBy: 'CRITERION', criterion };
}

function shown(key: number, names: ProblemNames): ShownKey {
  const { tier, score, criteriaMet, lotteryRank } = unpackKey(key);
  const criteria = names.criteria.filter((_, place) => (criteriaMet & criterionBit(place)) !== 0);
  return { tier, score, criteria, lottery: names.lottery.hashOf(lotteryRank) };
}
