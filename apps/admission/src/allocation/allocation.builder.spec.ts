import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildProblem, inputFaults, type AllocationInput } from './allocation.builder.js';
import { WORKED_RUN } from './allocation.example.js';
import { criterionBit, packKey, packMerit, unpackKey, type KeyParts } from './allocation.key.js';

const parts = fc.record({
  tier: fc.nat(3),
  score: fc.nat(100_000),
  criteriaMet: fc.nat(4095),
  lotteryRank: fc.nat(2 ** 22 - 1),
});
const keyOf = (key: KeyParts): number => packKey(packMerit(key), key.lotteryRank);

describe('the rank key (R-ADM-24)', () => {
  it('compares tier, score, criteria in listed order and lottery from left to right', () => {
    const best: KeyParts = { tier: 0, score: 80_000, criteriaMet: criterionBit(0), lotteryRank: 3 };
    const downwards: KeyParts[] = [
      { ...best, lotteryRank: 4 },
      { ...best, criteriaMet: criterionBit(1) | criterionBit(2), lotteryRank: 0 },
      { ...best, criteriaMet: criterionBit(1), lotteryRank: 0 },
      { ...best, criteriaMet: 0, lotteryRank: 0 },
      { ...best, score: 79_999, criteriaMet: 4095, lotteryRank: 0 },
      { ...best, tier: 1, score: 100_000, criteriaMet: 4095, lotteryRank: 0 },
    ];
    const keys = [best, ...downwards].map(keyOf);
    expect(keys).toEqual(keys.toSorted((x, y) => x - y));
  });

  it('orders as its parts do and gives them back', () => {
    fc.assert(
      fc.property(parts, parts, (x, y) => {
        const difference =
          x.tier - y.tier || y.score - x.score || y.criteriaMet - x.criteriaMet || x.lotteryRank - y.lotteryRank;
        expect(Math.sign(keyOf(x) - keyOf(y))).toBe(Math.sign(difference));
        expect(unpackKey(keyOf(x))).toEqual(x);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('building the problem', () => {
  it('numbers everything by identifier, whatever the order of the input', () => {
    const shuffled: AllocationInput = {
      ...WORKED_RUN,
      fields: WORKED_RUN.fields.toReversed(),
      offerings: WORKED_RUN.offerings.toReversed(),
      applications: WORKED_RUN.applications.toReversed(),
    };
    expect(buildProblem(shuffled)).toEqual(buildProblem(WORKED_RUN));
    expect([...buildProblem(WORKED_RUN).problem.option]).toEqual([0, 2, 4, 0, 0, 2, 1, 0, 2, 4, 0, 1, 2, 2, 1, 1]);
  });

  it('warns of a quota above the sum of seats', () => {
    const fields = [
      { fieldId: 'H', quota: 5 },
      { fieldId: 'I', quota: 1 },
    ];
    expect(buildProblem({ ...WORKED_RUN, fields }).warnings).toEqual([
      { path: 'fields[H].quota', code: 'QUOTA_ABOVE_SEATS' },
    ]);
  });

  it('accepts a stage without offerings and applications', () => {
    const empty: AllocationInput = { stageId: 's', seed: 'x', fields: [], offerings: [], applications: [] };
    expect(buildProblem(empty).problem.listStart).toEqual(new Int32Array(1));
  });

  it('refuses bad input with every fault', () => {
    const preference = { offeringId: 'K1', fundingType: 'VF', score: 1 } as const;
    const faults = inputFaults({
      stageId: 'a|b',
      seed: '',
      criteria: ['A', 'A'],
      fields: [{ fieldId: 'H', quota: -1 }],
      offerings: [
        { offeringId: 'K1', fieldId: 'H', seats: { VF: 1.5, VNF: -1 } },
        { offeringId: 'K1', fieldId: 'X', seats: { VF: 0, VNF: 0 } },
      ],
      applications: [
        { applicationId: '', preferences: [preference, preference] },
        {
          applicationId: 'b',
          preferences: [{ ...preference, offeringId: 'K9', tier: 8, score: 100_001, criteria: ['Z'] }],
        },
      ],
    });
    expect(faults.map((fault) => `${fault.path} ${fault.code}`).toSorted()).toEqual(
      [
        'stageId IDENTIFIER_INVALID',
        'seed SEED_MISSING',
        'criteria[1] IDENTIFIER_REPEATED',
        'fields[0].quota NOT_A_COUNT',
        'offerings[0].seats.VF NOT_A_COUNT',
        'offerings[0].seats.VNF NOT_A_COUNT',
        'offerings[1] IDENTIFIER_REPEATED',
        'offerings[1].fieldId FIELD_UNKNOWN',
        'applications[0] IDENTIFIER_INVALID',
        'applications[0].preferences[1] OPTION_REPEATED',
        'applications[1].preferences[0].offeringId OFFERING_UNKNOWN',
        'applications[1].preferences[0].tier TIER_OUT_OF_RANGE',
        'applications[1].preferences[0].score SCORE_OUT_OF_RANGE',
        'applications[1].preferences[0].criteria CRITERION_UNKNOWN',
      ].toSorted(),
    );
  });
});
