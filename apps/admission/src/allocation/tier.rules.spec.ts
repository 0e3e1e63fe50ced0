import { describe, expect, it } from '@jest/globals';
import { tierOf } from './tier.rules.js';

describe('the tier (R-ADM-24)', () => {
  it.each([
    ['NONE', 0, 0],
    ['NONE', 2, 0],
    ['FIRST_QUALIFICATION_FIRST', 0, 0],
    ['FIRST_QUALIFICATION_FIRST', 1, 1],
    ['FIRST_QUALIFICATION_FIRST', 2, 1],
  ] as const)('by %s of one who holds %d qualifications is %d', (rule, count, tier) => {
    expect(tierOf(rule, { held: Array.from({ length: count }, () => ({ kind: 'VET' as const })) })).toBe(tier);
  });
});
