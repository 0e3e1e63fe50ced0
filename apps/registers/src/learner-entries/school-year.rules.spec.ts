import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayAt, dayNumber } from '@meistras/platform/time/days';
import { belongsTo } from './school-year.rules.js';

const year = { firstDay: '2025-09-01', nextFirstDay: '2026-09-01' };

describe('F-REG-3, R-REG-21: membership in the school year from 2025-09-01 to 2026-08-31', () => {
  // National dates, the last day included.
  it.each([
    ['2025-03-01', '2025-08-31', false],
    ['2024-09-01', '2025-09-01', true],
    ['2025-09-15', null, true],
    ['2026-09-01', null, false],
    ['2026-08-31', null, true],
    ['2025-10-01', '2025-09-20', false], // cancelled before it began
  ])('of an entry from %s to %s: %s', (validFrom, last, belongs) => {
    expect(belongsTo({ validFrom, validTo: last === null ? null : addDays(last, 1) }, year)).toBe(belongs);
  });

  it('is what comparing every day of the year says', () => {
    const first = dayNumber('2025-06-01');
    const day = fc.integer({ min: first, max: first + 600 }).map(dayAt);
    const days = Array.from({ length: 365 }, (_, i) => addDays(year.firstDay, i));
    fc.assert(
      fc.property(day, fc.option(day), (validFrom, validTo) => {
        const shares = days.some((each) => validFrom <= each && (validTo === null || each < validTo));
        expect(belongsTo({ validFrom, validTo }, year)).toBe(shares);
      }),
      { numRuns: 1_000 },
    );
  });
});
