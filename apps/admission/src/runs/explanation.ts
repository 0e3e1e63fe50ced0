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
  const near = limitsNear(competing, limits);
  const { offerings, fields, listed } = near;
  const ranks = ranksOf([applied.lottery, ...lotteriesOf(listed), ...lotteriesOf(fields.limits)]);
  const cutOff = (limit: StoredLimit): number => {
    if (limit.places === 0) return CLOSED;
    if (limit.score === null || limit.lottery === null) return OPEN;
    const last = { tier: limit.tier ?? 0, score: limit.score, criteria: limit.criteria ?? [] };
    return packKey(meritOf(last, criteria), ranks.of.get(limit.lottery) ?? 0);
  };
  const option = new Int32Array(competing.map(({ offeringId, fundingType }) => near.numberOf(offeringId, fundingType)));
  const seats = new Int32Array(2 * offerings.size);
  const optionTaken = new Int32Array(2 * offerings.size);
  const optionCutOff = new Float64Array(2 * offerings.size);
  listed.forEach((limit, i) => {
    const number = option[i]!;
    seats[number] = limit.places;
    optionTaken[number] = limit.taken;
    optionCutOff[number] = cutOff(limit);
  });

  const problem: AllocationProblem = {
    ...{ applicantCount: 1, offeringCount: offerings.size, fieldCount: fields.limits.length },
    ...{ fieldOf: new Int32Array(fields.ofOffering), seats, option },
    quota: new Int32Array(fields.limits.map(({ places }) => places)),
    listStart: Int32Array.of(0, competing.length),
    merit: new Uint32Array(competing.length).fill(meritOf(applied.own, criteria)),
    lotteryRank: Uint32Array.of((ranks.of.get(applied.lottery) ?? 0) % LOTTERY_SPAN),
  };
  const names: ProblemNames = {
    ...{ stageId: applied.stageId, criteria, fieldIds: fields.limits.map(({ ref }) => ref) },
    ...{ offeringIds: [...offerings.keys()], applicationIds: [applied.applicationId] },
    lottery: { hashOf: (rank) => ranks.hashes[rank] ?? '' },
  };
  const result: AllocationResult = {
    option: Int32Array.of(place ? near.numberOf(place.offeringId, place.fundingType) : NO_PLACE),
    ...{ optionTaken, optionCutOff },
    fieldTaken: new Int32Array(fields.limits.map(({ taken }) => taken)),
    fieldCutOff: new Float64Array(fields.limits.map(cutOff)),
  };
  return createExplainer({ problem, names }, result, { minHolders })(applied.applicationId, applied.listed);
}

interface NearLimits {
  /** Number of an offering in the small problem, by its id, in the order in which they are listed. */
  offerings: ReadonlyMap<string, number>;
  /** The limit of each competing option. */
  listed: StoredLimit[];
  fields: { limits: StoredLimit[]; ofOffering: number[] };
  numberOf: (offeringId: string, fundingType: FundingType) => number;
}

/** What of the run is around the options of one applicant. */
function limitsNear(competing: readonly ListedOption[], limits: LimitsByOffering): NearLimits {
  const offerings = new Map<string, number>();
  const listed: StoredLimit[] = [];
  const fields: NearLimits['fields'] = { limits: [], ofOffering: [] };
  for (const { offeringId, fundingType } of competing) {
    const around = limits.get(offeringId);
    if (!around) throw new Error(`The run has no limits for ${offeringId}.`);
    listed.push(around[fundingType]);
    if (offerings.has(offeringId)) continue;
    offerings.set(offeringId, offerings.size);
    const known = fields.limits.findIndex(({ ref }) => ref === around.field.ref);
    fields.ofOffering.push(known < 0 ? fields.limits.push(around.field) - 1 : known);
  }
  const numberOf: NearLimits['numberOf'] = (id, fundingType) =>
    optionNumber(offerings.get(id) ?? NO_PLACE, fundingType);
  return { offerings, listed, fields, numberOf };
}

/** The few hashes concerned, in the order of the draw. */
function ranksOf(lotteries: string[]): { hashes: string[]; of: ReadonlyMap<string, number> } {
  const hashes = lotteries.sort();
  const of = new Map<string, number>();
  hashes.forEach((hash, rank) => of.set(hash, rank));
  return { hashes, of };
}

function meritOf({ tier, score, criteria: met }: Standing, criteria: readonly string[]): number {
  let criteriaMet = 0;
  for (const [at, code] of criteria.entries()) if (met.includes(code)) criteriaMet |= criterionBit(at);
  return packMerit({ tier, score, criteriaMet });
}

function lotteriesOf(limits: StoredLimit[]): string[] {
  const lotteries: string[] = [];
  for (const { lottery } of limits) if (lottery !== null) lotteries.push(lottery);
  return lotteries;
}
