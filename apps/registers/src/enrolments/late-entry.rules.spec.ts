import { describe, expect, it } from '@jest/globals';
import { dueOn, enteredBy } from './late-entry.rules.js';

describe('R-REG-22: entries within 5 working days', () => {
  it.each([
    ['2026-09-01', '2026-09-08'],
    ['2026-06-19', '2026-06-29'],
    ['2026-10-30', '2026-11-09'], // 2 November is a holiday, and a Monday
  ])('of %s are in time until %s', (factOn, last) => {
    expect(dueOn(factOn, 5)).toBe(last);
  });

  it.each([
    [
      { version: 1, startsOn: '2026-09-01' },
      { fact: 'START', factOn: '2026-09-01' },
    ],
    [{ version: 2, startsOn: '2026-09-01' }, undefined],
    [
      { version: 3, startsOn: '2026-09-01', endedOn: '2027-01-31' },
      { fact: 'END', factOn: '2027-01-31' },
    ],
    [
      { version: 1, startsOn: '2026-09-01', endedOn: '2027-01-31' },
      { fact: 'END', factOn: '2027-01-31' },
    ],
  ])('%j enters %j', (event, entered) => {
    expect(enteredBy(event)).toEqual(entered);
  });
});
