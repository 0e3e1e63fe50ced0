import { describe, expect, it } from '@jest/globals';
import { developmentByYear, isSamePerson, shareFaults } from './staff.rules.js';

describe('the share of a full position', () => {
  it.each([
    [0, false],
    [0.01, true],
    [1, true],
    [1.5, true],
    [1.51, false],
  ])('%d: %s', (share, allowed) => {
    expect(shareFaults(share, { min: 0.01, max: 1.5 })).toHaveLength(allowed ? 0 : 1);
  });
});

describe('a person of a known personal code (R-REG-29)', () => {
  const known = { givenName: 'Žydrė', familyName: 'Pavardė-07', birthOn: '1980-05-14' };
  it.each([
    [{}, true],
    [{ givenName: 'ZYDRE' }, true],
    [{ familyName: 'Pavardė-08' }, false],
    [{ birthOn: '1980-05-15' }, false],
  ])('%j is the same: %s', (facts, same) => {
    expect(isSamePerson(known, { ...known, ...facts })).toBe(same);
  });
});

describe('professional development (R-ACC-54)', () => {
  it('is counted by calendar year, in days of 6 hours', () => {
    const held = [
      { heldOn: '2026-11-01', hours: 8 },
      { heldOn: '2026-02-01', hours: 6 },
      { heldOn: '2026-03-01', hours: 12 },
      { heldOn: '2025-12-31', hours: 3 },
    ];
    expect(developmentByYear(held, 6)).toEqual([
      { year: 2025, hours: 3, days: 0.5 },
      { year: 2026, hours: 26, days: 4.33 },
    ]);
  });
});
