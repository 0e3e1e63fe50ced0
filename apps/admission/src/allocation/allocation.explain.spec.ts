import { describe, expect, it } from '@jest/globals';
import { buildProblem, type AllocationInput } from './allocation.builder.js';
import { allocate } from './allocation.engine.js';
import { WORKED_RUN } from './allocation.example.js';
import { createExplainer, type BelowCutOff, type Explainer, type ListedOption } from './allocation.explain.js';

const COMPETES = { kind: 'COMPETES' } as const;
const NOT_ENTITLED = { kind: 'NOT_ENTITLED', rule: 'F-ADM-2', facts: { held: 2 } } as const;

function explainer(input: AllocationInput, minHolders = 1): Explainer {
  const built = buildProblem(input);
  return createExplainer(built, allocate(built.problem), { minHolders });
}
function listed(option: string, standing: ListedOption['standing'] = COMPETES): ListedOption {
  const [offeringId = '', fundingType] = option.split(' ');
  return { offeringId, fundingType: fundingType as ListedOption['fundingType'], standing };
}
const score = (key: BelowCutOff['cutOff'] | undefined): string => String((key?.score ?? NaN) / 10_000);

describe('the explanation of the worked run (5.2, 5.3)', () => {
  const explain = explainer(WORKED_RUN);
  const inWords = (applicationId: string, ...options: ListedOption[]): string[] =>
    explain(applicationId, options).map((one) => {
      if (one.code !== 'BELOW_OFFERING_CUTOFF' && one.code !== 'BELOW_FIELD_CUTOFF') return one.code;
      const limit = one.code === 'BELOW_OFFERING_CUTOFF' ? 'offering' : `field ${one.fieldId ?? ''}`;
      return `${limit} full, last at ${score(one.cutOff)}, own ${score(one.own)}, ${one.decidedBy}, ${String(one.seatsFree)} free`;
    });

  it.each([
    ['a1', ['K1 VF', 'K2 VF'], ['OBTAINED', 'NOT_REACHED']],
    ['a2', ['S1 VF', 'K1 VF'], ['OBTAINED', 'NOT_REACHED']],
    ['a3', ['K1 VF', 'K2 VF', 'K1 VNF'], ['OBTAINED', 'NOT_REACHED', 'NOT_REACHED']],
    ['a4', ['K1 VF', 'K2 VF'], ['offering full, last at 8.5, own 8.1, SCORE, 0 free', 'OBTAINED']],
    [
      'a5',
      ['S1 VF', 'K1 VF', 'K1 VNF'],
      [
        'offering full, last at 8.9, own 7.9, SCORE, 0 free',
        'offering full, last at 8.5, own 7.9, SCORE, 0 free',
        'OBTAINED',
      ],
    ],
    ['a6', ['K2 VF'], ['field H full, last at 8.1, own 8.1, LOTTERY, 1 free']],
    [
      'a7',
      ['K2 VF', 'K1 VNF'],
      ['field H full, last at 8.1, own 7, SCORE, 1 free', 'offering full, last at 7.9, own 7, SCORE, 0 free'],
    ],
  ])('tells %s why not better', (applicationId, options, words) => {
    expect(inWords(applicationId, ...options.map((option) => listed(option)))).toEqual(words);
  });

  it('tells a8 of the missing right and of the full offering', () => {
    expect(inWords('a8', listed('K1 VF', NOT_ENTITLED), listed('K1 VNF'))).toEqual([
      'NOT_ENTITLED',
      'offering full, last at 7.9, own 6.5, SCORE, 0 free',
    ]);
  });

  it('shows both lottery hashes to a6 and no person', () => {
    const [only] = explain('a6', [listed('K2 VF')]);
    expect(only).toMatchObject({
      decidedBy: 'LOTTERY',
      places: 3,
      own: { lottery: expect.stringMatching(/^836acbe0eed9fd17/) as unknown },
      cutOff: { lottery: expect.stringMatching(/^56b970f6f0638421/) as unknown },
    });
    expect(JSON.stringify(only)).not.toMatch(/"a\d"/);
  });

  it('keeps rule, facts, reason and institution of what did not compete', () => {
    const unsuitable = { kind: 'UNSUITABLE', reason: 'TEST_FAILED', institution: '399999157' } as const;
    expect(explain('a8', [listed('K1 VF', NOT_ENTITLED), listed('S1 VNF', unsuitable)])).toEqual([
      { offeringId: 'K1', fundingType: 'VF', code: 'NOT_ENTITLED', rule: 'F-ADM-2', facts: { held: 2 } },
      { offeringId: 'S1', fundingType: 'VNF', code: 'UNSUITABLE', reason: 'TEST_FAILED', institution: '399999157' },
    ]);
  });

  it('shows only the score of the cut-off in a pool of few holders', () => {
    const [only] = explainer(WORKED_RUN, 5)('a6', [listed('K2 VF')]);
    expect(only).toMatchObject({ decidedBy: 'LOTTERY', own: { lottery: expect.any(String) as unknown } });
    expect((only as BelowCutOff).cutOff).toEqual({ score: 81_000 });
  });

  it('refuses a list that does not belong to the run', () => {
    expect(() => explain('a9', [])).toThrow(RangeError);
    expect(() => explain('a6', [listed('K1 VF')])).toThrow(RangeError);
    expect(() => explain('a6', [listed('K7 VF')])).toThrow(RangeError);
  });
});

describe('the part of the key that decided', () => {
  const one = { offeringId: 'K', fundingType: 'VF', score: 80_000 } as const;
  const run = (winner: object, loser: object, seats = 1, quota = 9): AllocationInput => ({
    stageId: 's',
    seed: 'seed',
    criteria: ['ORPHAN', 'REGION'],
    fields: [{ fieldId: 'H', quota }],
    offerings: [{ offeringId: 'K', fieldId: 'H', seats: { VF: seats, VNF: 0 } }],
    applications: [
      { applicationId: 'winner', preferences: [{ ...one, ...winner }] },
      { applicationId: 'loser', preferences: [{ ...one, ...loser }] },
    ],
  });

  it.each([
    ['the tier', run({}, { tier: 1, score: 90_000 }), { code: 'BELOW_OFFERING_CUTOFF', decidedBy: 'TIER' }],
    [
      'the score',
      run({}, { score: 79_999, criteria: ['ORPHAN'] }),
      { code: 'BELOW_OFFERING_CUTOFF', decidedBy: 'SCORE' },
    ],
    [
      'the first criterion that differs',
      run({ criteria: ['ORPHAN', 'REGION'] }, { criteria: ['ORPHAN'] }),
      { decidedBy: 'CRITERION', criterion: 'REGION', cutOff: { criteria: ['ORPHAN', 'REGION'] } },
    ],
    [
      'an offering without seats',
      run({}, {}, 0),
      { code: 'BELOW_OFFERING_CUTOFF', decidedBy: 'NO_PLACES', cutOff: null },
    ],
    ['a field without money', run({}, {}, 1, 0), { code: 'BELOW_FIELD_CUTOFF', decidedBy: 'NO_PLACES', seatsFree: 1 }],
  ])('is %s', (_, input, expected) => {
    const [only] = explainer(input)('loser', [listed('K VF')]);
    expect(only).toMatchObject(expected);
  });

  it('does not name the criterion in a pool of few holders', () => {
    const [only] = explainer(run({ criteria: ['ORPHAN'] }, {}), 5)('loser', [listed('K VF')]);
    expect(only).toMatchObject({ decidedBy: 'CRITERION', cutOff: { score: 80_000 } });
    expect(only).not.toHaveProperty('criterion');
  });
});
