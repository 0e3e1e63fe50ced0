import { describe, expect, it } from '@jest/globals';
import { covers, poolCodeOf } from './offering.rules.js';

describe('the right to offer on the first teaching day (R-REG-15)', () => {
  it.each([
    ['GRANTED', '2026-01-01', null, true],
    ['GRANTED', '2026-09-01', null, true],
    ['GRANTED', '2026-09-02', null, false],
    ['GRANTED', '2026-01-01', '2026-09-01', false],
    ['GRANTED', '2026-01-01', '2026-09-02', true],
    ['REVOKED', '2026-01-01', '2026-09-01', false],
    ['REVOKED', '2026-01-01', '2026-12-01', true],
    ['REVOKED', '2026-01-01', null, false],
  ] as const)('%s from %s to %s covers 2026-09-01: %s', (state, validFrom, validTo, covered) => {
    expect(covers({ state, validFrom, validTo }, '2026-09-01')).toBe(covered);
  });
});

describe('the funded pool of a programme (R-ADM-27)', () => {
  it.each([
    ['0713', 2, '07'],
    ['07', 2, '07'],
    ['1013', 3, '101'],
  ])('%s by %d digits: %s', (fieldCode, digits, code) => {
    expect(poolCodeOf(fieldCode, digits)).toBe(code);
  });
});
