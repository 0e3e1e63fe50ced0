import { LOTTERY_SPAN, NO_PLACE, OPEN, CLOSED } from '../allocation/allocation-problem.js';
import type {
  AllocationProblem,
  AllocationResult,
  FundingType,
  ProblemNames,
} from '../allocation/allocation-problem.js';
import { optionNumber } from '../allocation/allocation.builder.js';
import { createExplainer } from '../allocation/allocation.explain.js';
import type { ListedOption, OptionExplanation, ShownKey } from '../allocation/allocation.explain.js';
import { criterionBit, packKey, packMerit } from '../allocation/allocation.key.js';
import type { Placement, StoredLimit } from './run.store.js';

export interface Applied {
  applicationId: string;
  stageId: string;
  own: Standing;
  /** The own lottery hash (F-ADM-3). */
  lottery: string;
  listed: ListedOption[];
}

/** The part of a key before the lottery. */
export type Standing = Pick<ShownKey, 'tier' | 'score' | 'criteria'>;

/**
 * Explains one applicant's result (section 5.3) from the stored limits of the run: a problem with this applicant alone,
 * whose lottery ranks order the few hashes concerned as the whole draw ordered them.
 */
export function explain(
  applied: Applied,
  limits: StoredLimit[],
  place: Placement | undefined,
  { minHolders, criteria }: { minHolders: number; criteria: readonly string[] },
): OptionExplanation[] {
  const meritOf = ({ tier, score, criteria: met }: Standing): number => {
    const bits = criteria.map((code, at) => (met.includes(code) ? criterionBit(at) : 0));
    return packMerit({ tier, score, criteriaMet: bits.reduce((all, bit) => all | bit, 0) });
  };
  const offerings = limits.filter(({ kind, fundingType }) => kind === 'OFFERING' && fundingType === 'VF');
  const fields = limits.filter(({ kind }) => kind === 'FIELD');
  const offeringIds = offerings.map(({ ref }) => ref);
  const fieldIds = fields.map(({ ref }) => ref);
  const hashes = [...new Set([applied.lottery, ...limits.flatMap(({ lottery }) => lottery ?? [])])].sort();
  const options = offeringIds.flatMap((ref) => [limitOf(limits, ref, 'VF'), limitOf(limits, ref, 'VNF')]);
  const competing = applied.listed.filter(({ standing }) => standing.kind === 'COMPETES');
  const cutOff = (limit: StoredLimit): number => {
    if (limit.places === 0) return CLOSED;
    if (limit.score === null || limit.lottery === null) return OPEN;
    const last = { tier: limit.tier ?? 0, score: limit.score, criteria: limit.criteria ?? [] };
    return packKey(meritOf(last), hashes.indexOf(limit.lottery));
  };
  const numberOf = (offeringId: string, fundingType: FundingType): number =>
    optionNumber(offeringIds.indexOf(offeringId), fundingType);

  const problem: AllocationProblem = {
    ...{ applicantCount: 1, offeringCount: offerings.length, fieldCount: fields.length },
    fieldOf: Int32Array.from(offerings, ({ poolCode }) => fieldIds.indexOf(poolCode)),
    seats: Int32Array.from(options, ({ places }) => places),
    quota: Int32Array.from(fields, ({ places }) => places),
    listStart: Int32Array.of(0, competing.length),
    option: Int32Array.from(competing, ({ offeringId, fundingType }) => numberOf(offeringId, fundingType)),
    merit: Uint32Array.from(competing, () => meritOf(applied.own)),
    lotteryRank: Uint32Array.of(hashes.indexOf(applied.lottery) % LOTTERY_SPAN),
  };
  const names: ProblemNames = {
    ...{ stageId: applied.stageId, criteria, fieldIds, offeringIds, applicationIds: [applied.applicationId] },
    lottery: { hashOf: (rank) => hashes[rank] ?? '' },
  };
  const result: AllocationResult = {
    option: Int32Array.of(place ? numberOf(place.offeringId, place.fundingType) : NO_PLACE),
    optionTaken: Int32Array.from(options, ({ taken }) => taken),
    fieldTaken: Int32Array.from(fields, ({ taken }) => taken),
    optionCutOff: Float64Array.from(options, cutOff),
    fieldCutOff: Float64Array.from(fields, cutOff),
  };
  return createExplainer({ problem, names }, result, { minHolders })(applied.applicationId, applied.listed);
}

function limitOf(limits: StoredLimit[], ref: string, fundingType: FundingType): StoredLimit {
  const found = limits.find(
    (limit) => limit.kind === 'OFFERING' && limit.ref === ref && limit.fundingType === fundingType,
  );
  if (!found) throw new Error(`The run has no limit for ${ref} ${fundingType}.`);
  return found;
}
