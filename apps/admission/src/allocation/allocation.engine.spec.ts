import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allOutcomes,
  always,
  anInstance,
  engineRanks,
  isStable,
  naiveOutcome,
  overStableOutcomes,
  ranks,
  ranksOf,
  renumbered,
  reorderings,
} from '../../test/allocation.oracle.js';
import { buildProblem, optionNumber } from './allocation.builder.js';
import { allocate } from './allocation.engine.js';
import { WORKED_RUN } from './allocation.example.js';
import { CLOSED, NO_PLACE, OPEN, type AllocationProblem } from './allocation-problem.js';
import { packKey } from './allocation.key.js';
import { verifyAllocation } from './allocation.verifier.js';
import { institutionsPropose, verifyByInstitutions } from './institution-proposing.js';

/** The outside verifier's ways to allocate; it shares no code with the engine. */
const outside = (await import(new URL('../../../../tools/verify-allocation/match.mjs', import.meta.url).href)) as {
  inRounds(problem: AllocationProblem, keyOf: (applicant: number, preference: number) => number): Int32Array;
  byInstitutions(problem: AllocationProblem, key: Float64Array): Int32Array;
};

const TEN_THOUSAND = 10_000;
/** For so many instances: seconds, more on a busy machine. */
const twoMinutes = 120_000;

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

/** Offerings that rank applicants by lists of their own: each is a pool, a rank is a score; whoever is not ranked is left out. */
function ranked(
  lists: Record<string, string>,
  ranking: Record<string, string>,
  places = 1,
): ReturnType<typeof buildProblem> {
  return buildProblem({
    ...{ stageId: 'textbook', seed: 'textbook', fields: [{ fieldId: 'F', quota: 0 }] },
    offerings: Object.keys(ranking).map((offeringId) => ({ offeringId, fieldId: 'F', seats: { VF: 0, VNF: places } })),
    applications: Object.entries(lists).map(([applicationId, list]) => ({
      applicationId,
      preferences: [...list]
        .filter((offeringId) => ranking[offeringId]?.includes(applicationId) === true)
        .map((offeringId) => ({
          ...{ offeringId, fundingType: 'VNF' as const },
          score: 100 - (ranking[offeringId] ?? '').indexOf(applicationId),
        })),
    })),
  });
}

const inLetters = ({ names }: ReturnType<typeof buildProblem>, obtained: Int32Array): string =>
  [...obtained].map((o, a) => `${names.applicationIds[a] ?? ''}${names.offeringIds[o >> 1] ?? '-'}`).join(' ');

describe('published examples', () => {
  // D. Gale, L. S. Shapley: College Admissions and the Stability of Marriage (1962), example 1.
  const marriages = [
    { a: 'ABC', b: 'BCA', c: 'CAB' },
    { A: 'bca', B: 'cab', C: 'abc' },
  ] as const;
  // The example by which the National Resident Matching Program explains its match; two places each.
  const residents = [
    { a: 'C', d: 'CMG', j: 'CGM', l: 'MCG', s: 'CM' },
    { C: 'daslj', G: 'dajl', M: 'dj' },
  ] as const;

  it('of Gale and Shapley: each side gets its first wishes when it proposes', () => {
    const built = ranked(...marriages);
    expect(inLetters(built, allocate(built.problem).option)).toBe('aA bB cC');
    expect(inLetters(built, institutionsPropose(built.problem))).toBe('aC bA cB');
  });

  it('of residents and hospitals: one remains without a place, one hospital with both empty', () => {
    const built = ranked(...residents, 2);
    expect(inLetters(built, allocate(built.problem).option)).toBe('aC dC jG lG s-');
    expect(inLetters(built, institutionsPropose(built.problem))).toBe('aC dC jG lG s-');
  });

  it('of a tie: whoever the lottery prefers, nobody is passed over, and the other gets the next wish', () => {
    for (const seed of ['1', '2', '3', '4', '5', '6']) {
      const application = (applicationId: string) => ({
        applicationId,
        preferences: ['A', 'B'].map((offeringId) => ({ offeringId, fundingType: 'VNF' as const, score: 1 })),
      });
      const built = buildProblem({
        ...{ stageId: 'tie', seed, fields: [{ fieldId: 'F', quota: 0 }] },
        offerings: ['A', 'B'].map((offeringId) => ({ offeringId, fieldId: 'F', seats: { VF: 0, VNF: 1 } })),
        applications: [application('x'), application('y')],
      });
      const first = built.problem.lotteryRank[0] === 0;
      expect(inLetters(built, allocate(built.problem).option)).toBe(first ? 'xA yB' : 'xB yA');
    }
  });
});

describe('the engine on small random instances', () => {
  it(
    'is stable (P1 to P4, P10), the same as by three other ways (P7), and places whom the institutions would (P8)',
    () => {
      always(anInstance({ applicants: 8, listed: 5 }), TEN_THOUSAND, (input) => {
        const { problem } = buildProblem(input);
        const result = allocate(problem);
        expect(verifyAllocation(problem, result).properties.filter((one) => !one.ok)).toEqual([]);
        expect(verifyByInstitutions(problem, result.option)).toMatchObject({ ok: true, violations: [] });
        const key = (a: number, p: number): number => packKey(problem.merit[p]!, problem.lotteryRank[a]!);
        expect(outside.inRounds(problem, key)).toEqual(result.option);
        expect(engineRanks(input)).toEqual(ranks(input, naiveOutcome(input)));
      });
    },
    twoMinutes,
  );

  it(
    'has no own move with one score (P3), and places whom the outside verifier’s institutions would (P8)',
    () => {
      always(anInstance({ applicants: 8, listed: 5, oneScore: true }), TEN_THOUSAND, (input) => {
        const { problem } = buildProblem(input);
        const result = allocate(problem);
        const report = verifyAllocation(problem, result, { oneScorePerField: true });
        expect([report.ok, report.ownMoveCount]).toEqual([true, 0]);
        const key = Float64Array.from(problem.lotteryRank, (lottery, a) =>
          packKey(problem.merit[problem.listStart[a]!] ?? 0, lottery),
        );
        const theirs = outside.byInstitutions(problem, key);
        expect(
          verifyByInstitutions(problem, theirs).violations.filter(({ reason }) => !reason.startsWith('better')),
        ).toEqual([]);
        expect(Array.from(theirs, (o) => o >= 0)).toEqual(Array.from(result.option, (o) => o >= 0));
      });
    },
    twoMinutes,
  );

  it(
    'gives shuffled applicants and offerings the same result (P7)',
    () => {
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
      always(shuffled, TEN_THOUSAND, ([problem, applicants, offerings]) => {
        const expected = allocate(problem).option;
        const other = allocate(renumbered(problem, applicants, offerings)).option;
        const back = applicants.map((_, i) => {
          const o = other[applicants.indexOf(i)] ?? NO_PLACE;
          return o === NO_PLACE ? NO_PLACE : 2 * (offerings[o >> 1] ?? 0) + (o % 2);
        });
        expect(back).toEqual([...expected]);
      });
    },
    twoMinutes,
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
