import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '@meistras/platform/time/days';
import { covers, revise, shownOn } from './periods.rules.js';
import type { Believed } from './periods.rules.js';

const day = (number: number): string => addDays('2026-01-01', number);
const horizon = 60;

/** The oracle: what is believed of every single day, revised day by day. */
function byDays(changes: { from: number; facts: number }[]): (number | undefined)[] {
  const believed: (number | undefined)[] = [];
  const starts = new Set<number>();
  for (const { from, facts } of changes) {
    const until = [...starts].filter((start) => start > from).toSorted((a, b) => a - b)[0] ?? horizon;
    for (let at = from; at < until; at += 1) believed[at] = facts;
    starts.add(from);
  }
  return Array.from({ length: horizon }, (_, at) => believed[at]);
}

describe('revise (R-REG-27, F-REG-4)', () => {
  const change = fc.record({ from: fc.nat(horizon - 1), facts: fc.nat(5) });

  it('leaves every day with the newest facts that were stated for it, and never two', () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        let periods: Believed<number>[] = [];
        for (const { from, facts } of changes) {
          const { superseded, left, begun } = revise(periods, day(from), facts);
          periods = [...periods.filter((each) => !superseded.includes(each)), ...left, begun].toSorted((a, b) =>
            a.validFrom < b.validFrom ? -1 : 1,
          );
        }
        const days = Array.from({ length: horizon }, (_, at) => periods.filter((each) => covers(each, day(at))));
        expect(days.every((found) => found.length < 2)).toBe(true);
        expect(days.map(([found]) => found?.facts)).toEqual(byDays(changes));
      }),
    );
  });

  it('keeps the end of a period that ends', () => {
    const ends = { validFrom: day(0), validTo: day(30), facts: 'A' };
    expect(revise([ends], day(10), 'B')).toEqual({
      superseded: [ends],
      left: [{ validFrom: day(0), validTo: day(10), facts: 'A' }],
      begun: { validFrom: day(10), validTo: day(30), facts: 'B' },
    });
  });
});

describe('shownOn', () => {
  const [past, later] = [
    { validFrom: day(0), validTo: day(10) },
    { validFrom: day(20), validTo: null },
  ];

  it.each([
    [5, past],
    [15, past],
    [20, later],
    [-5, past],
  ])('shows on day %i what covers it, else the last before it, else the first', (at, shown) => {
    expect(shownOn([past, later], day(at))).toBe(shown);
  });
});
