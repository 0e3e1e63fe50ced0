import fc from 'fast-check';
import {
  buildProblem,
  optionNumber,
  type AllocationInput,
  type ApplicationInput,
  type PreferenceInput,
} from '../src/allocation/allocation.builder.js';
import { allocate } from '../src/allocation/allocation.engine.js';
import type { AllocationProblem } from '../src/allocation/allocation-problem.js';
import { lotteryHash } from '../src/allocation/lottery.rules.js';

// ---- the naive second implementation: section 5.1 to the letter, over the plain input, with keys as lists of parts

export interface Proposal {
  readonly by: ApplicationInput;
  readonly preference: PreferenceInput;
  readonly key: readonly (number | string)[];
}
/** Who holds which preference; absent means no place. */
export type Outcome = ReadonlyMap<string, Proposal>;

export const proposalsOf = (input: AllocationInput, by: ApplicationInput): Proposal[] =>
  by.preferences.map((preference) => {
    const criteria = (input.criteria ?? []).map((code) => (preference.criteria?.includes(code) === true ? 0 : 1));
    const lottery = lotteryHash(input.seed, input.stageId, by.applicationId);
    return { by, preference, key: [preference.tier ?? 0, -preference.score, ...criteria, lottery] };
  });

export function fromBestToWorst(x: Proposal, y: Proposal): number {
  const part = x.key.findIndex((value, i) => value !== y.key[i]);
  const [mine, theirs] = [x.key[part] ?? 0, y.key[part] ?? 0];
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

export const poolOf = (input: AllocationInput, { offeringId, fundingType }: PreferenceInput): string =>
  fundingType === 'VF'
    ? `field ${input.offerings.find((one) => one.offeringId === offeringId)?.fieldId ?? ''}`
    : `paid ${offeringId}`;

/** C_f(X): walk from best to worst; take if the offering holds fewer than its seats and the field fewer than its quota. */
export function choose(input: AllocationInput, proposals: readonly Proposal[]): Proposal[] {
  const taken: Proposal[] = [];
  for (const one of proposals.toSorted(fromBestToWorst)) {
    const { offeringId, fundingType } = one.preference;
    const offering = input.offerings.find((each) => each.offeringId === offeringId);
    const seats = offering?.seats[fundingType] ?? 0;
    const quota = input.fields.find((field) => field.fieldId === offering?.fieldId)?.quota ?? 0;
    const inOffering = taken.filter((each) => each.preference.offeringId === offeringId).length;
    if (inOffering < seats && (fundingType === 'VNF' || taken.length < quota)) taken.push(one);
  }
  return taken;
}

export function naiveOutcome(input: AllocationInput): Outcome {
  const waiting = input.applications.map((by) => proposalsOf(input, by));
  const held = new Map<string, Proposal[]>();
  const listOf = new Map(input.applications.map((by, i) => [by.applicationId, waiting[i] ?? []]));
  for (let list = waiting.pop(); list !== undefined; list = waiting.pop()) {
    const proposal = list.shift();
    if (proposal === undefined) continue;
    const pool = poolOf(input, proposal.preference);
    const all = [...(held.get(pool) ?? []), proposal];
    const kept = choose(input, all);
    held.set(pool, kept);
    for (const one of all) if (!kept.includes(one)) waiting.push(listOf.get(one.by.applicationId) ?? []);
  }
  return new Map([...held.values()].flat().map((one) => [one.by.applicationId, one]));
}

/** Stability (i) to (iii), by C itself and without cut-offs. */
export function isStable(input: AllocationInput, outcome: Outcome): boolean {
  const pools = new Map<string, Proposal[]>();
  for (const one of outcome.values()) {
    const pool = poolOf(input, one.preference);
    pools.set(pool, [...(pools.get(pool) ?? []), one]);
  }
  if ([...pools.values()].some((all) => choose(input, all).length < all.length)) return false;
  return input.applications.every((by) => {
    const result = rank(by, outcome);
    return proposalsOf(input, by)
      .slice(0, result)
      .every((x) => !choose(input, [...(pools.get(poolOf(input, x.preference)) ?? []), x]).includes(x));
  });
}

export function allOutcomes(input: AllocationInput): Outcome[] {
  return input.applications.reduce<Outcome[]>(
    (outcomes, by) =>
      outcomes.flatMap((outcome) => [
        outcome,
        ...proposalsOf(input, by).map((proposal) => new Map([...outcome, [by.applicationId, proposal]])),
      ]),
    [new Map()],
  );
}

/** Place of the result in the own list; the length of the list when there is none. */
export function rank(by: ApplicationInput, outcome: Outcome): number {
  const result = outcome.get(by.applicationId)?.preference;
  if (result === undefined) return by.preferences.length;
  return by.preferences.findIndex(
    (one) => one.offeringId === result.offeringId && one.fundingType === result.fundingType,
  );
}
export const ranks = (input: AllocationInput, outcome: Outcome): number[] =>
  input.applications.map((by) => rank(by, outcome));

/** For everybody the place in the own list, the least or the greatest over all stable outcomes. */
export function overStableOutcomes(input: AllocationInput, pick: (...places: number[]) => number): number[] {
  const stable = allOutcomes(input)
    .filter((outcome) => isStable(input, outcome))
    .map((outcome) => ranks(input, outcome));
  return input.applications.map((_, a) => pick(...stable.map((places) => places[a] ?? NaN)));
}

// ---- the engine on the same plain input

export const engineRanks = (input: AllocationInput): number[] => ranksOf(input, (problem) => allocate(problem).option);

export function ranksOf(input: AllocationInput, run: (problem: AllocationProblem) => Int32Array): number[] {
  const { problem, names } = buildProblem(input);
  const obtained = run(problem);
  return input.applications.map((by) => {
    const option = obtained[names.applicationIds.indexOf(by.applicationId)];
    const place = by.preferences.findIndex(
      (one) => optionNumber(names.offeringIds.indexOf(one.offeringId), one.fundingType) === option,
    );
    return place < 0 ? by.preferences.length : place;
  });
}

// ---- small random instances: few scores, so that the lottery often decides; zero seats and quotas; short lists

export interface Size {
  readonly applicants: number;
  readonly listed: number;
  readonly atLeast?: number;
  /** So many times more offerings, seats and places. */
  readonly scale?: number;
  readonly oneScore?: boolean;
}

export const anInstance = (size: Size): fc.Arbitrary<AllocationInput> => {
  const { applicants, atLeast = 1, listed, scale = 1, oneScore = false } = size;
  const keyParts = fc.record({
    score: fc.constantFrom(70_000, 80_000, 90_000),
    tier: fc.constantFrom(0, 0, 0, 1),
    criteria: fc.constantFrom([], [], ['A'], ['B'], ['A', 'B']),
  });
  return fc
    .record({
      seed: fc.integer({ min: 1, max: 9999 }),
      quotas: fc.array(fc.nat(3 * scale * scale), { minLength: 1, maxLength: 2 }),
      offerings: fc.array(fc.tuple(fc.nat(1), fc.nat(2 * scale), fc.nat(scale)), {
        minLength: scale,
        maxLength: 4 * scale,
      }),
      lists: fc.array(
        fc.uniqueArray(fc.record({ option: fc.nat(8 * scale - 1), parts: keyParts }), {
          maxLength: listed,
          selector: (one) => one.option,
        }),
        { minLength: atLeast, maxLength: applicants },
      ),
    })
    .map(({ seed, quotas, offerings, lists }) => ({
      stageId: 'small',
      seed: String(seed),
      criteria: ['A', 'B'],
      fields: quotas.map((quota, f) => ({ fieldId: `F${String(f)}`, quota })),
      offerings: offerings.map(([field, VF, VNF], o) => ({
        offeringId: `O${String(o)}`,
        fieldId: `F${String(field % quotas.length)}`,
        seats: { VF, VNF },
      })),
      applications: lists.map((list, a) => ({
        applicationId: `a${String(a)}`,
        preferences: list
          .filter(({ option }) => option >> 1 < offerings.length)
          .map(({ option, parts }) => ({
            offeringId: `O${String(option >> 1)}`,
            fundingType: option % 2 === 0 ? ('VF' as const) : ('VNF' as const),
            ...((oneScore ? list[0]?.parts : parts) ?? parts),
          })),
      })),
    }));
};

export const always = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => void): void => {
  fc.assert(fc.property(arbitrary, holds), { numRuns });
};

/** The same problem with applicants and offerings numbered anew: number i becomes the one that was `order[i]`. */
export function renumbered(problem: AllocationProblem, applicants: number[], offerings: number[]): AllocationProblem {
  const lists = applicants.map((a) => [problem.listStart[a] ?? 0, problem.listStart[a + 1] ?? 0] as const);
  const listStart = new Int32Array(lists.length + 1);
  lists.forEach(([from, to], i) => (listStart[i + 1] = (listStart[i] ?? 0) + to - from));
  return {
    ...problem,
    fieldOf: Int32Array.from(offerings, (o) => problem.fieldOf[o] ?? 0),
    seats: Int32Array.from(offerings.flatMap((o) => [...problem.seats.subarray(2 * o, 2 * o + 2)])),
    listStart,
    option: Int32Array.from(
      lists.flatMap(([from, to]) => [...problem.option.subarray(from, to)]),
      (o) => 2 * offerings.indexOf(o >> 1) + (o % 2),
    ),
    merit: Uint32Array.from(lists.flatMap(([from, to]) => [...problem.merit.subarray(from, to)])),
    lotteryRank: Uint32Array.from(applicants, (a) => problem.lotteryRank[a] ?? 0),
  };
}

/** All orders of all sub-lists. */
export function reorderings<T>(list: readonly T[]): T[][] {
  return [
    [],
    ...list.flatMap((first) => reorderings(list.filter((one) => one !== first)).map((rest) => [first, ...rest])),
  ];
}
