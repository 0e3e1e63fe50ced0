import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { buildProblem, type AllocationInput, type ApplicationInput } from './allocation.builder.js';
import { allocate } from './allocation.engine.js';
import { WORKED_RUN } from './allocation.example.js';
import { inputHash, resultHash } from './allocation.hash.js';
import { lotteryHash } from './lottery.rules.js';

const sha256 = (lines: string[]): string =>
  createHash('sha256')
    .update(`${lines.join('\n')}\n`)
    .digest('hex');
const hashOf = (input: AllocationInput): string => {
  const { problem, names } = buildProblem(input);
  return inputHash(problem, names);
};
const small: AllocationInput = {
  stageId: '2026-SUMMER',
  seed: WORKED_RUN.seed,
  criteria: ['ORPHAN', 'REGION'],
  fields: [{ fieldId: 'H', quota: 3 }],
  offerings: [{ offeringId: 'K1', fieldId: 'H', seats: { VF: 2, VNF: 1 } }],
  applications: [
    { applicationId: 'a9', preferences: [] },
    {
      applicationId: 'a4',
      preferences: [
        { offeringId: 'K1', fundingType: 'VF', score: 81_000, criteria: ['REGION'], tier: 1 },
        { offeringId: 'K1', fundingType: 'VNF', score: 0 },
      ],
    },
  ],
};

describe('the input hash', () => {
  it('is SHA-256 over the documented lines', () => {
    expect(hashOf(small)).toBe(
      sha256([
        'meistras-allocation-input/1',
        'stage|2026-SUMMER',
        'criteria|ORPHAN|REGION',
        'field|H|3',
        'offering|K1|H|2|1',
        `application|a4|${lotteryHash(small.seed, '2026-SUMMER', 'a4')}|K1:VF:1:81000:01|K1:VNF:0:0:00`,
        `application|a9|${lotteryHash(small.seed, '2026-SUMMER', 'a9')}`,
      ]),
    );
  });

  it('does not depend on the order of the input', () => {
    const reversed = {
      ...WORKED_RUN,
      fields: WORKED_RUN.fields.toReversed(),
      offerings: WORKED_RUN.offerings.toReversed(),
      applications: WORKED_RUN.applications.toReversed(),
    };
    expect(hashOf(reversed)).toBe(hashOf(WORKED_RUN));
  });

  const first = (change: (one: ApplicationInput) => ApplicationInput): AllocationInput => ({
    ...WORKED_RUN,
    applications: WORKED_RUN.applications.map((one, i) => (i === 0 ? change(one) : one)),
  });
  it.each([
    ['the seed', { ...WORKED_RUN, seed: 'another' }],
    ['the stage', { ...WORKED_RUN, stageId: '2026-WINTER' }],
    [
      'a quota',
      {
        ...WORKED_RUN,
        fields: [
          { fieldId: 'H', quota: 4 },
          { fieldId: 'I', quota: 1 },
        ],
      },
    ],
    ['the order of a list', first((one) => ({ ...one, preferences: one.preferences.toReversed() }))],
    ['a score', first((one) => ({ ...one, preferences: one.preferences.map((each) => ({ ...each, score: 1 })) }))],
    ['who applied', { ...WORKED_RUN, applications: WORKED_RUN.applications.slice(1) }],
  ])('changes with %s', (_, changed) => {
    expect(hashOf(changed)).not.toBe(hashOf(WORKED_RUN));
  });
});

describe('the result hash', () => {
  it('is SHA-256 over one line per application', () => {
    const { problem, names } = buildProblem(WORKED_RUN);
    expect(resultHash(allocate(problem).option, names)).toBe(
      sha256([
        'meistras-allocation-result/1',
        'a1|K1:VF',
        'a2|S1:VF',
        'a3|K1:VF',
        'a4|K2:VF',
        'a5|K1:VNF',
        'a6|',
        'a7|',
        'a8|',
      ]),
    );
  });
});
