import { describe, expect, it } from '@jest/globals';
import { buildProblem, type AllocationInput } from './allocation.builder.js';
import { allocate } from './allocation.engine.js';
import { WORKED_RUN } from './allocation.example.js';
import { NO_PLACE, type AllocationProblem, type AllocationResult } from './allocation-problem.js';
import { verifyAllocation, type VerifierReport } from './allocation.verifier.js';
import { verifyByInstitutions } from './institution-proposing.js';

const violated = (report: VerifierReport): string[] =>
  report.properties.filter((one) => !one.ok).map((one) => one.property);
const reasons = (report: VerifierReport): string[] => [
  ...new Set(report.properties.flatMap((one) => one.violations.map((violation) => violation.reason))),
];

// Options of the worked run: 0 K1·VF, 1 K1·VNF, 2 K2·VF, 3 K2·VNF, 4 S1·VF, 5 S1·VNF.
const { problem } = buildProblem(WORKED_RUN);
const right = allocate(problem);
const placed = (...option: number[]): Int32Array => Int32Array.from(option);
const N = NO_PLACE;

/** Counts and cut-offs that go with a corrupted placement, so that only the placement itself can be found wrong. */
const withPlaces = (option: Int32Array): AllocationResult => ({ ...right, option });

describe('the verifier on the worked run', () => {
  it('finds nothing wrong with the right result', () => {
    expect(violated(verifyAllocation(problem, right))).toEqual([]);
    expect([...right.option]).toEqual([0, 4, 0, 2, 1, N, N, N]);
  });

  it('says what it compared, and that eligibility was not checked without evidence', () => {
    const checked = Object.fromEntries(
      verifyAllocation(problem, right).properties.map((one) => [one.property, one.checked]),
    );
    expect(checked).toEqual({ P1: 8, P2: 8, P3: 7, P4: 7, P5: 8, P6: 0, P10: 8 });
  });

  it.each([
    ['two applicants swapped', placed(0, 4, 2, 0, 1, N, N, N), ['P3']],
    ['an applicant dropped', placed(N, 4, 0, 2, 1, N, N, N), ['P3', 'P4']],
    ['a place given to the next in line instead', placed(0, 4, 0, N, 1, 2, N, N), ['P3']],
    ['an offering above its seats', placed(0, 4, 0, 0, 1, N, N, N), ['P1']],
    ['a field above its quota, with a seat free', placed(0, 4, 0, 2, 1, 2, N, N), ['P1']],
    ['a VNF place too many', placed(0, 4, 0, 2, 1, N, 1, N), ['P1']],
    ['a place in an offering without seats', placed(0, 4, 0, 2, 1, N, N, 3), ['P1', 'P2']],
    ['an option outside the own list', placed(0, 4, 0, 2, 5, N, N, N), ['P2', 'P3']],
    ['an option that does not exist', placed(0, 4, 0, 2, 1, N, N, 77), ['P2']],
    ['a negative option', placed(0, 4, 0, 2, 1, N, N, -5), ['P2']],
    ['a lower preference than could be had', placed(2, 4, 0, 0, 1, N, N, N), ['P3']],
    ['a VNF place taken by one who could not yet lose it', placed(0, 4, 0, 2, N, N, N, 1), ['P3']],
    ['nobody placed', placed(N, N, N, N, N, N, N, N), ['P3', 'P4']],
    ['a result too short', placed(0, 4, 0, 2, 1, N, N), ['P2']],
  ])('catches %s', (_, option, properties) => {
    const found = violated(verifyAllocation(problem, withPlaces(option))).filter((property) => property !== 'P10');
    expect(found).toEqual(expect.arrayContaining(properties));
  });

  it.each<[string, Partial<AllocationResult>, string]>([
    [
      'a misstated cut-off of an offering',
      { optionCutOff: right.optionCutOff.map((key, o) => (o === 0 ? key - 1 : key)) },
      'published cut-off differs',
    ],
    [
      'a misstated cut-off of a field',
      { fieldCutOff: right.fieldCutOff.map((key) => key + 1) },
      'published cut-off differs',
    ],
    [
      'a misstated count of an offering',
      { optionTaken: right.optionTaken.map((n) => n + 1) },
      'published count differs',
    ],
    ['a misstated count of a field', { fieldTaken: right.fieldTaken.map(() => 0) }, 'published count differs'],
  ])('catches %s', (_, change, reason) => {
    const report = verifyAllocation(problem, { ...right, ...change });
    expect([violated(report), reasons(report)]).toEqual([['P10'], [reason]]);
  });

  it.each<[string, AllocationProblem, string[]]>([
    [
      'two equal lottery ranks',
      { ...problem, lotteryRank: problem.lotteryRank.with(3, problem.lotteryRank[5] ?? 0) },
      ['shares its lottery rank'],
    ],
    [
      'a lottery rank out of range',
      { ...problem, lotteryRank: problem.lotteryRank.with(7, 2 ** 31) },
      ['shares its lottery rank'],
    ],
  ])('catches %s', (_, changed, expected) => {
    const report = verifyAllocation(changed, right);
    expect(violated(report)).toContain('P5');
    expect(reasons(report)).toEqual(expect.arrayContaining(expected));
  });

  it('catches a merit or lottery that does not recompute from the sources', () => {
    const honest = { merit: problem.merit, lotteryRank: problem.lotteryRank };
    expect(violated(verifyAllocation(problem, right, honest))).toEqual([]);
    const forgedMerit = verifyAllocation(problem, right, { ...honest, merit: problem.merit.with(0, 5) });
    expect([violated(forgedMerit), reasons(forgedMerit)]).toEqual([
      ['P5'],
      ['merit differs from stored grades and criteria'],
    ]);
    const forgedLottery = verifyAllocation(problem, right, {
      ...honest,
      lotteryRank: problem.lotteryRank.toReversed(),
    });
    expect([violated(forgedLottery), reasons(forgedLottery)]).toEqual([['P5'], ['lottery differs from the seed']]);
  });

  it('catches a place given without suitability or entitlement, and only a place given (P6)', () => {
    const eligible = new Uint8Array(problem.option.length).fill(1);
    expect(violated(verifyAllocation(problem, right, { eligible }))).toEqual([]);
    expect(violated(verifyAllocation(problem, right, { eligible: eligible.with(0, 0) }))).toEqual(['P6']);
    expect(violated(verifyAllocation(problem, right, { eligible: eligible.with(1, 0) }))).toEqual([]);
  });

  it('names applicant, option and field of a violation', () => {
    const report = verifyAllocation(problem, withPlaces(placed(N, 4, 0, 2, 1, N, N, N)));
    // K1 and field H both stand open: to a1 twice over, to a4, a5, a6 and a7.
    const passedOver = report.properties.find((one) => one.property === 'P4');
    expect(passedOver?.violationCount).toBe(6);
    expect(passedOver?.violations[0]).toEqual({
      reason: 'a preferred funded place is open',
      applicant: 0,
      option: 0,
      field: 0,
    });
  });
});

describe('the verifier on a larger run', () => {
  const input: AllocationInput = {
    ...WORKED_RUN,
    offerings: [{ offeringId: 'K', fieldId: 'H', seats: { VF: 1, VNF: 0 } }],
    applications: Array.from({ length: 300 }, (_, i) => ({
      applicationId: `a${String(i)}`,
      preferences: [{ offeringId: 'K', fundingType: 'VF', score: 80_000 }],
    })),
  };

  it('counts all violations and lists the first hundred', () => {
    const built = buildProblem(input).problem;
    const nobody = { ...allocate(built), option: new Int32Array(300).fill(NO_PLACE) };
    const stability = verifyAllocation(built, nobody).properties.find((one) => one.property === 'P3');
    expect(stability?.violationCount).toBe(300);
    expect(stability?.violations).toHaveLength(100);
  });
});

describe('own moves (5.1)', () => {
  // "mover" is strong at B and weak at A. A, the preferred one, has a seat; the field has no money for that key.
  const own: AllocationInput = {
    stageId: 's',
    seed: 'seed',
    fields: [{ fieldId: 'H', quota: 2 }],
    offerings: [
      { offeringId: 'A', fieldId: 'H', seats: { VF: 2, VNF: 0 } },
      { offeringId: 'B', fieldId: 'H', seats: { VF: 1, VNF: 0 } },
    ],
    applications: [
      { applicationId: 'holder', preferences: [{ offeringId: 'A', fundingType: 'VF', score: 80_000 }] },
      {
        applicationId: 'mover',
        preferences: [
          { offeringId: 'A', fundingType: 'VF', score: 70_000 },
          { offeringId: 'B', fundingType: 'VF', score: 90_000 },
        ],
      },
      { applicationId: 'rival', preferences: [{ offeringId: 'A', fundingType: 'VF', score: 75_000 }] },
    ],
  };
  const built = buildProblem(own).problem;
  const result = allocate(built);

  it('are listed and no error while scores may differ by programme', () => {
    expect([...result.option]).toEqual([0, 2, NO_PLACE]);
    expect(verifyAllocation(built, result)).toMatchObject({
      ok: true,
      ownMoveCount: 1,
      ownMoves: [{ applicant: 1, option: 0 }],
    });
  });

  it('violate P3 when one score per field is promised', () => {
    expect(violated(verifyAllocation(built, result, { oneScorePerField: true }))).toEqual(['P3']);
  });
});

describe('the second run, proposed by the institutions (P8)', () => {
  // Two applicants, two offerings, opposite wishes: two stable outcomes.
  const crossed: AllocationInput = {
    stageId: 's',
    seed: 'seed',
    fields: [{ fieldId: 'H', quota: 2 }],
    offerings: ['A', 'B'].map((offeringId) => ({ offeringId, fieldId: 'H', seats: { VF: 1, VNF: 0 } })),
    applications: [
      {
        applicationId: 'x',
        preferences: [
          { offeringId: 'A', fundingType: 'VF', score: 70_000 },
          { offeringId: 'B', fundingType: 'VF', score: 90_000 },
        ],
      },
      {
        applicationId: 'y',
        preferences: [
          { offeringId: 'B', fundingType: 'VF', score: 70_000 },
          { offeringId: 'A', fundingType: 'VF', score: 90_000 },
        ],
      },
    ],
  };

  it('agrees where applicants do better', () => {
    const built = buildProblem(crossed).problem;
    expect([...allocate(built).option]).toEqual([0, 2]);
    expect(verifyByInstitutions(built, allocate(built).option)).toMatchObject({ property: 'P8', ok: true, checked: 5 });
  });

  it.each([
    ['a place left empty', placed(0, 4, 0, N, 1, N, N, N), 'the institutions would fill the pool to another number'],
    ['another person placed', placed(0, 4, 0, N, 1, 2, N, N), 'placed in only one of the two runs'],
    ['somebody worse off', placed(2, 4, 0, 0, 1, N, N, N), 'better off when institutions propose'],
  ])('catches %s', (_, option, reason) => {
    const found = verifyByInstitutions(problem, option);
    expect(found.violations.map((violation) => violation.reason)).toContain(reason);
    expect(found.ok).toBe(false);
  });
});
