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
import type { LimitsByOffering, StoredLimit } from './published-limits.js';

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
  limits: LimitsByOffering,
  place: { offeringId: string; fundingType: FundingType } | null,
  { minHolders, criteria }: { minHolders: number; criteria: readonly string[] },
): OptionExplanation[] {
  const competing = applied.listed.filter(({ standing }) => standing.kind === 'COMPETES');
  const offeringIds = [...new Set(competing.map(({ offeringId }) => offeringId))];
  const around = offeringIds.map((id) => {
    const found = limits.get(id);
    if (!found) throw new Error(`The run has no limits for ${id}.`);
    return found;
  });
  const fields = [...new Map(around.map(({ field }) => [field.ref, field])).values()];
  const fieldIds = fields.map(({ ref }) => ref);
  const options = around.flatMap(({ VF, VNF }) => [VF, VNF]);
  const hashes = [...new Set([applied.lottery, ...lotteriesOf(options), ...lotteriesOf(fields)])].sort();
  const merit = meritOf(applied.own, criteria);
  const cutOff = (limit: StoredLimit): number => {
    if (limit.places === 0) return CLOSED;
    if (limit.score === null || limit.lottery === null) return OPEN;
    const last = { tier: limit.tier ?? 0, score: limit.score, criteria: limit.criteria ?? [] };
    return packKey(meritOf(last, criteria), hashes.indexOf(limit.lottery));
  };
  const numberOf = (offeringId: string, fundingType: FundingType): number =>
    optionNumber(offeringIds.indexOf(offeringId), fundingType);

  const problem: AllocationProblem = {
    ...{ applicantCount: 1, offeringCount: around.length, fieldCount: fields.length },
    fieldOf: new Int32Array(around.map(({ field }) => fieldIds.indexOf(field.ref))),
    seats: new Int32Array(options.map(({ places }) => places)),
    quota: new Int32Array(fields.map(({ places }) => places)),
    listStart: Int32Array.of(0, competing.length),
    option: new Int32Array(competing.map(({ offeringId, fundingType }) => numberOf(offeringId, fundingType))),
    merit: new Uint32Array(competing.length).fill(merit),
    lotteryRank: Uint32Array.of(hashes.indexOf(applied.lottery) % LOTTERY_SPAN),
  };
  const names: ProblemNames = {
    ...{ stageId: applied.stageId, criteria, fieldIds, offeringIds, applicationIds: [applied.applicationId] },
    lottery: { hashOf: (rank) => hashes[rank] ?? '' },
  };
  const result: AllocationResult = {
    option: Int32Array.of(place ? numberOf(place.offeringId, place.fundingType) : NO_PLACE),
    optionTaken: new Int32Array(options.map(({ taken }) => taken)),
    fieldTaken: new Int32Array(fields.map(({ taken }) => taken)),
    optionCutOff: new Float64Array(options.map(cutOff)),
    fieldCutOff: new Float64Array(fields.map(cutOff)),
  };
  return createExplainer({ problem, names }, result, { minHolders })(applied.applicationId, applied.listed);
}

function meritOf({ tier, score, criteria: met }: Standing, criteria: readonly string[]): number {
  let criteriaMet = 0;
  for (const [at, code] of criteria.entries()) if (met.includes(code)) criteriaMet |= criterionBit(at);
  return packMerit({ tier, score, criteriaMet });
}

const lotteriesOf = (limits: StoredLimit[]): string[] =>
  limits.flatMap(({ lottery }) => (lottery === null ? [] : [lottery]));
