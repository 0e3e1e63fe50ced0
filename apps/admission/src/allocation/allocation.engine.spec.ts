import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  buildProblem,
  optionNumber,
  type AllocationInput,
  type ApplicationInput,
  type PreferenceInput,
} from './allocation.builder.js';
import { allocate } from './allocation.engine.js';
import { WORKED_RUN } from './allocation.example.js';
import { CLOSED, NO_PLACE, OPEN, type AllocationProblem } from './allocation-problem.js';
import { verifyAllocation } from './allocation.verifier.js';
import { institutionsPropose, verifyByInstitutions } from './institution-proposing.js';
import { lotteryHash } from './lottery.rules.js';

// ---- the naive second implementation: section 5.1 to the letter, over the plain input, with keys as lists of parts

interface Proposal {
  readonly by: ApplicationInput;
  readonly preference: PreferenceInput;
  readonly key: readonly (number | string)[];
}
/** Who holds which preference; absent means no place. */
type Outcome = ReadonlyMap<string, Proposal>;

const proposalsOf = (input: AllocationInput, by: ApplicationInput): Proposal[] =>
  by.preferences.map((preference) => {
    const criteria = (input.criteria ?? []).map((code) => (preference.criteria?.includes(code) === true ? 0 : 1));
    const lottery = lotteryHash(input.seed, input.stageId, by.applicationId);
    return { by, preference, key: [preference.tier ?? 0, -preference.score, ...criteria, lottery] };
  });

function fromBestToWorst(x: Proposal, y: Proposal): number {
  const part = x.key.findIndex((value, i) => value !== y.key[i]);
  const [mine, theirs] = [x.key[part] ?? 0, y.key[part] ?? 0];
  return mine < theirs ? -1 : mine > theirs ? 1 : 0;
}

const poolOf = (input: AllocationInput, { offeringId, fundingType }: PreferenceInput): string =>
  fundingType === 'VF'
    ? `field ${input.offerings.find((one) => one.offeringId === offeringId)?.fieldId ?? ''}`
    : `paid ${offeringId}`;

/** C_f(X): walk from best to worst; take if the offering holds fewer than its seats and the field fewer than its quota. */
function choose(input: AllocationInput, proposals: readonly Proposal[]): Proposal[] {
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

function naiveOutcome(input: AllocationInput): Outcome {
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
function isStable(input: AllocationInput, outcome: Outcome): boolean {
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

function allOutcomes(input: AllocationInput): Outcome[] {
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
function rank(by: ApplicationInput, outcome: Outcome): number {
  const result = outcome.get(by.applicationId)?.preference;
  if (result === undefined) return by.preferences.length;
  return by.preferences.findIndex(
    (one) => one.offeringId === result.offeringId && one.fundingType === result.fundingType,
  );
}
const ranks = (input: AllocationInput, outcome: Outcome): number[] => input.applications.map((by) => rank(by, outcome));

/** For everybody the place in the own list, the least or the greatest over all stable outcomes. */
function overStableOutcomes(input: AllocationInput, pick: (...places: number[]) => number): number[] {
  const stable = allOutcomes(input)
    .filter((outcome) => isStable(input, outcome))
    .map((outcome) => ranks(input, outcome));
  return input.applications.map((_, a) => pick(...stable.map((places) => places[a] ?? NaN)));
}

// ---- the engine on the same plain input

const engineRanks = (input: AllocationInput): number[] => ranksOf(input, (problem) => allocate(problem).option);

function ranksOf(input: AllocationInput, run: (problem: AllocationProblem) => Int32Array): number[] {
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

interface Size {
  readonly applicants: number;
  readonly listed: number;
  readonly atLeast?: number;
  /** So many times more offerings, seats and places. */
  readonly scale?: number;
  readonly oneScore?: boolean;
}

const anInstance = (size: Size): fc.Arbitrary<AllocationInput> => {
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

const always = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => void): void => {
  fc.assert(fc.property(arbitrary, holds), { numRuns });
};

describe('the worked run (5.2)', () => {
  const { problem, names } = buildProblem(WORKED_RUN);
  const result = allocate(problem);
  const inWords = (obtained: Int32Array): (string | null)[] =>
    [...obtained].map((o) =>
      o === NO_PLACE ? null : `${names.offeringIds[o >> 1] ?? ''} ${o % 2 === 0 ? 'VF' : 'VNF'}`,
    );

  it('gives everyone the published result', () => {
    expect(inWords(result.option)).toEqual(['K1 VF', 'S1 VF', 'K1 VF', 'K2 VF', 'K1 VNF', null, null, null]);
  });

  it('is its only stable outcome', () => {
    const stable = allOutcomes(WORKED_RUN).filter((outcome) => isStable(WORKED_RUN, outcome));
    expect(stable.map((outcome) => ranks(WORKED_RUN, outcome))).toEqual([engineRanks(WORKED_RUN)]);
  });

  it('leaves a seat of K2 empty because the field has no money left', () => {
    expect([...result.optionTaken]).toEqual([2, 1, 1, 0, 1, 0]);
    expect([...result.fieldTaken]).toEqual([3, 1]);
    expect([result.optionCutOff[2], result.optionCutOff[3]]).toEqual([OPEN, CLOSED]);
  });

  it('would place a6 and change nothing else without the field quota', () => {
    const fields = WORKED_RUN.fields.map((field) => ({ ...field, quota: 99 }));
    const without = buildProblem({ ...WORKED_RUN, fields });
    expect(inWords(allocate(without.problem).option)).toEqual([
      ...['K1 VF', 'S1 VF', 'K1 VF', 'K2 VF', 'K1 VNF', 'K2 VF', null, null],
    ]);
  });
});

describe('the engine on small random instances', () => {
  it('gives a stable result within all capacities, passing over no open place (P1 to P4)', () => {
    always(anInstance({ applicants: 8, listed: 5 }), 3000, (input) => {
      const { problem } = buildProblem(input);
      const report = verifyAllocation(problem, allocate(problem));
      expect(report.properties.filter((one) => !one.ok)).toEqual([]);
    });
  });

  it('leaves no own move with one score per field (P3)', () => {
    always(anInstance({ applicants: 8, listed: 5, oneScore: true }), 1500, (input) => {
      const { problem } = buildProblem(input);
      expect(verifyAllocation(problem, allocate(problem), { oneScorePerField: true })).toMatchObject({
        ok: true,
        ownMoveCount: 0,
      });
    });
  });

  it('equals the naive implementation that walks C (P7)', () => {
    always(anInstance({ applicants: 8, listed: 5 }), 3000, (input) => {
      expect(engineRanks(input)).toEqual(ranks(input, naiveOutcome(input)));
    });
  });

  it('gives shuffled applicants and offerings the same result (P7)', () => {
    const shuffled = anInstance({ applicants: 8, listed: 5 }).chain((input) =>
      fc.tuple(
        fc.constant(buildProblem(input).problem),
        fc.shuffledSubarray(
          input.applications.map((_, i) => i),
          { minLength: input.applications.length },
        ),
        fc.shuffledSubarray(
          input.offerings.map((_, i) => i),
          { minLength: input.offerings.length },
        ),
      ),
    );
    always(shuffled, 2000, ([problem, applicants, offerings]) => {
      const expected = allocate(problem).option;
      const other = allocate(renumbered(problem, applicants, offerings)).option;
      const back = applicants.map((_, i) => {
        const o = other[applicants.indexOf(i)] ?? NO_PLACE;
        return o === NO_PLACE ? NO_PLACE : 2 * (offerings[o >> 1] ?? 0) + (o % 2);
      });
      expect(back).toEqual([...expected]);
    });
  });

  it.each([false, true])(
    'places the same persons when institutions propose, nobody better, one score: %s (P8)',
    (oneScore) => {
      always(anInstance({ applicants: 8, listed: 5, oneScore }), 2000, (input) => {
        const { problem } = buildProblem(input);
        expect(verifyByInstitutions(problem, allocate(problem).option)).toMatchObject({ ok: true, violations: [] });
      });
    },
  );

  it('is for everybody the best of all stable outcomes (P13)', () => {
    always(anInstance({ applicants: 4, listed: 3 }), 1000, (input) => {
      expect(engineRanks(input)).toEqual(overStableOutcomes(input, Math.min));
    });
  });

  it('is for everybody the worst of all stable outcomes when institutions propose (P8)', () => {
    // Two equal keys of one applicant in a field would leave open which of them the field prefers: keep them apart.
    const ownKeysDiffer = anInstance({ applicants: 4, listed: 3 }).map((input) => ({
      ...input,
      applications: input.applications.map((by) => ({
        ...by,
        preferences: by.preferences.map((one, i) => ({ ...one, score: one.score + i })),
      })),
    }));
    always(ownKeysDiffer, 1000, (input) => {
      expect(ranksOf(input, institutionsPropose)).toEqual(overStableOutcomes(input, Math.max));
    });
  });

  it('is honest: dropping or reordering entries gains nothing (P14)', () => {
    always(anInstance({ applicants: 5, listed: 3 }), 300, (input) => {
      const honest = engineRanks(input);
      input.applications.forEach((by, a) => {
        for (const preferences of reorderings(by.preferences)) {
          const applications = input.applications.with(a, { ...by, preferences });
          const got = preferences[engineRanks({ ...input, applications })[a] ?? 0];
          const place = got === undefined ? by.preferences.length : by.preferences.indexOf(got);
          expect(place).toBeGreaterThanOrEqual(honest[a] ?? NaN);
        }
      });
    });
  });

  it('never worsens the result of an applicant whose key gets better, in one option or in all (P15)', () => {
    const improved = fc.tuple(anInstance({ applicants: 7, listed: 4 }), fc.nat(), fc.option(fc.nat(3)), fc.boolean());
    always(improved, 3000, ([input, who, where, byTier]) => {
      const a = who % input.applications.length;
      const by = input.applications[a] ?? { applicationId: '', preferences: [] };
      const preferences = by.preferences.map((one, i) => {
        if (where !== null && i !== where) return one;
        return byTier ? { ...one, tier: 0 } : { ...one, score: one.score + 10_000 };
      });
      const after = engineRanks({ ...input, applications: input.applications.with(a, { ...by, preferences }) });
      expect(after[a]).toBeLessThanOrEqual(engineRanks(input)[a] ?? NaN);
    });
  });
});

describe('the verifier against the definition', () => {
  it('calls an outcome stable exactly when no x is in C(H + x)', () => {
    always(anInstance({ applicants: 4, listed: 3 }), 250, (input) => {
      const { problem, names } = buildProblem(input);
      const template = allocate(problem);
      for (const outcome of allOutcomes(input)) {
        const option = Int32Array.from(names.applicationIds, (id) => {
          const held = outcome.get(id)?.preference;
          return held === undefined
            ? NO_PLACE
            : optionNumber(names.offeringIds.indexOf(held.offeringId), held.fundingType);
        });
        const { properties } = verifyAllocation(problem, { ...template, option });
        const holds = properties.filter(({ property }) => ['P1', 'P2', 'P3'].includes(property)).every(({ ok }) => ok);
        expect(holds).toBe(isStable(input, outcome));
      }
    });
  });
});

describe('the engine on larger random instances', () => {
  it('equals the naive implementation (P7)', () => {
    always(anInstance({ applicants: 200, atLeast: 100, listed: 6, scale: 6 }), 40, (input) => {
      expect(engineRanks(input)).toEqual(ranks(input, naiveOutcome(input)));
    });
  });
});

it('stops when the lottery ranks are not a permutation', () => {
  const { problem } = buildProblem(WORKED_RUN);
  expect(() => allocate({ ...problem, lotteryRank: new Uint32Array(8) })).toThrow(RangeError);
  expect(() => allocate({ ...problem, lotteryRank: problem.lotteryRank.map((r) => r + 1) })).toThrow(RangeError);
});

/** The same problem with applicants and offerings numbered anew: number i becomes the one that was `order[i]`. */
function renumbered(problem: AllocationProblem, applicants: number[], offerings: number[]): AllocationProblem {
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
function reorderings<T>(list: readonly T[]): T[][] {
  return [
    [],
    ...list.flatMap((first) => reorderings(list.filter((one) => one !== first)).map((rest) => [first, ...rest])),
  ];
}
