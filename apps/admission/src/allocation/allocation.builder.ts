import { LOTTERY_SPAN, type AllocationProblem, type FundingType, type ProblemNames } from './allocation-problem.js';
import { MOST_CRITERIA, MOST_TIERS, TOP_SCORE, criterionBit, packMerit } from './allocation.key.js';
import { draw } from './lottery.rules.js';
import { isWhole, refuseIfAny, type Fault } from './refused-input.js';

export interface AllocationInput {
  readonly stageId: string;
  readonly seed: string;
  /** Ordered codes of the priority criteria [PP adm.criteria = empty]. */
  readonly criteria?: readonly string[];
  /** Funded pools (R-ADM-27); quota 0 is allowed. */
  readonly fields: readonly FieldInput[];
  readonly offerings: readonly OfferingInput[];
  readonly applications: readonly ApplicationInput[];
}

export interface FieldInput {
  readonly fieldId: string;
  readonly quota: number;
}

export interface OfferingInput {
  readonly offeringId: string;
  readonly fieldId: string;
  readonly seats: Readonly<Record<FundingType, number>>;
}

export interface ApplicationInput {
  readonly applicationId: string;
  /** Best first, only what is suitable and entitled. */
  readonly preferences: readonly PreferenceInput[];
}

export interface PreferenceInput {
  readonly offeringId: string;
  readonly fundingType: FundingType;
  /** 0 is the first tier, the default. */
  readonly tier?: number;
  /** Ten-thousandths (F-ADM-1). */
  readonly score: number;
  /** Codes of the criteria met. */
  readonly criteria?: readonly string[];
}

export interface BuiltProblem {
  readonly problem: AllocationProblem;
  readonly names: ProblemNames;
  /** Allowed, but worth a look (section 8). */
  readonly warnings: readonly Fault[];
}

/**
 * Turns plain objects into the flat problem. Everything is sorted by identifier (code unit order), so shuffled input
 * gives the same problem. Throws RefusedInput with all faults, EqualLotteries when two hashes are equal.
 */
export function buildProblem(input: AllocationInput): BuiltProblem {
  refuseIfAny('ALLOCATION_INPUT_INVALID', inputFaults(input));
  const fields = input.fields.toSorted((x, y) => inOrder(x.fieldId, y.fieldId));
  const offerings = input.offerings.toSorted((x, y) => inOrder(x.offeringId, y.offeringId));
  const applications = input.applications.toSorted((x, y) => inOrder(x.applicationId, y.applicationId));
  const fieldNumber = numbered(fields.map((field) => field.fieldId));
  const offeringNumber = numbered(offerings.map((offering) => offering.offeringId));
  const criteria = input.criteria ?? [];

  const applicationIds = applications.map((one) => one.applicationId);
  const lottery = draw(input.seed, input.stageId, applicationIds);

  const listStart = new Int32Array(applications.length + 1);
  applications.forEach((one, a) => (listStart[a + 1] = (listStart[a] ?? 0) + one.preferences.length));
  const preferences = applications.flatMap((one) => one.preferences);
  const bits = new Map(criteria.map((code, place) => [code, criterionBit(place)]));

  const problem: AllocationProblem = {
    applicantCount: applications.length,
    offeringCount: offerings.length,
    fieldCount: fields.length,
    fieldOf: Int32Array.from(offerings, (offering) => fieldNumber.get(offering.fieldId) ?? -1),
    seats: Int32Array.from(offerings.flatMap(({ seats }) => [seats.VF, seats.VNF])),
    quota: Int32Array.from(fields, (field) => field.quota),
    listStart,
    option: Int32Array.from(preferences, (one) =>
      optionNumber(offeringNumber.get(one.offeringId) ?? -1, one.fundingType),
    ),
    merit: Uint32Array.from(preferences, (one) => meritOf(one, bits)),
    lotteryRank: lottery.ranks,
  };
  return {
    problem,
    names: {
      stageId: input.stageId,
      criteria,
      fieldIds: fields.map((field) => field.fieldId),
      offeringIds: offerings.map((offering) => offering.offeringId),
      applicationIds,
      lottery,
    },
    warnings: quotaWarnings(input),
  };
}

/** The number of an option; VF and VNF of one offering stand side by side. */
export const optionNumber = (offering: number, fundingType: FundingType): number =>
  2 * offering + (fundingType === 'VF' ? 0 : 1);

/** Packs tier, score and the criteria met, as `bits` names them; also what a recomputation for P5 needs. */
export function meritOf(preference: PreferenceInput, bits: ReadonlyMap<string, number>): number {
  let criteriaMet = 0;
  for (const code of preference.criteria ?? []) criteriaMet |= bits.get(code) ?? 0;
  return packMerit({ tier: preference.tier ?? 0, score: preference.score, criteriaMet });
}

const MOST_PLACES = 2 ** 31 - 1;
/** Printable ASCII without the separator "|", so that hashes and lottery are over unambiguous text. */
const IDENTIFIER = /^[!-{}~]{1,100}$/;

const inOrder = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
const numbered = (ids: readonly string[]): Map<string, number> => new Map(ids.map((id, i) => [id, i]));

/** Every fault of the input; empty when a run may start. */
export function inputFaults(input: AllocationInput): Fault[] {
  const faults: Fault[] = [];
  const note = (path: string, code: string): void => void faults.push({ path, code });
  const criteria = input.criteria ?? [];
  if (!IDENTIFIER.test(input.stageId)) note('stageId', 'IDENTIFIER_INVALID');
  if (input.seed === '') note('seed', 'SEED_MISSING');
  if (criteria.length > MOST_CRITERIA) note('criteria', 'TOO_MANY_CRITERIA');
  if (input.applications.length > LOTTERY_SPAN) note('applications', 'TOO_MANY_APPLICATIONS');

  const criterionIds = noteIds(criteria, 'criteria', note);
  const fieldIds = noteIds(
    input.fields.map((field) => field.fieldId),
    'fields',
    note,
  );
  const offeringIds = noteIds(
    input.offerings.map((offering) => offering.offeringId),
    'offerings',
    note,
  );
  noteIds(
    input.applications.map((one) => one.applicationId),
    'applications',
    note,
  );

  input.fields.forEach((field, i) => {
    if (!isWhole(field.quota, 0, MOST_PLACES)) note(`fields[${String(i)}].quota`, 'NOT_A_COUNT');
  });
  input.offerings.forEach((offering, i) => {
    const path = `offerings[${String(i)}]`;
    if (!fieldIds.has(offering.fieldId)) note(`${path}.fieldId`, 'FIELD_UNKNOWN');
    if (!isWhole(offering.seats.VF, 0, MOST_PLACES)) note(`${path}.seats.VF`, 'NOT_A_COUNT');
    if (!isWhole(offering.seats.VNF, 0, MOST_PLACES)) note(`${path}.seats.VNF`, 'NOT_A_COUNT');
  });
  input.applications.forEach((one, i) => {
    const listed = new Set<string>();
    one.preferences.forEach((preference, j) => {
      const path = `applications[${String(i)}].preferences[${String(j)}]`;
      const pair = `${preference.offeringId}|${preference.fundingType}`;
      if (listed.has(pair)) note(path, 'OPTION_REPEATED'); // R-ADM-14
      listed.add(pair);
      if (!offeringIds.has(preference.offeringId)) note(`${path}.offeringId`, 'OFFERING_UNKNOWN');
      if (!isWhole(preference.tier ?? 0, 0, MOST_TIERS - 1)) note(`${path}.tier`, 'TIER_OUT_OF_RANGE');
      if (!isWhole(preference.score, 0, TOP_SCORE)) note(`${path}.score`, 'SCORE_OUT_OF_RANGE');
      if (preference.criteria?.some((code) => !criterionIds.has(code))) note(`${path}.criteria`, 'CRITERION_UNKNOWN');
    });
  });
  return faults;
}

function noteIds(ids: readonly string[], path: string, note: (path: string, code: string) => void): Set<string> {
  const seen = new Set<string>();
  ids.forEach((id, i) => {
    if (!IDENTIFIER.test(id)) note(`${path}[${String(i)}]`, 'IDENTIFIER_INVALID');
    else if (seen.has(id)) note(`${path}[${String(i)}]`, 'IDENTIFIER_REPEATED');
    seen.add(id);
  });
  return seen;
}

function quotaWarnings(input: AllocationInput): Fault[] {
  const seatsIn = new Map<string, number>();
  for (const { fieldId, seats } of input.offerings) seatsIn.set(fieldId, (seatsIn.get(fieldId) ?? 0) + seats.VF);
  return input.fields
    .filter((field) => field.quota > (seatsIn.get(field.fieldId) ?? 0))
    .map((field) => ({ path: `fields[${field.fieldId}].quota`, code: 'QUOTA_ABOVE_SEATS' }));
}
