import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dayAt, dayNumber } from '@meistras/platform/time/days';
import { ageGroups, ageOn, groupsBornFrom } from './age.rules.js';

describe('F-REG-5: age on a day', () => {
  it.each([
    ['2012-09-01', '2026-08-31', '03-01', 13],
    ['2012-09-01', '2026-09-01', '03-01', 14],
    ['2012-02-29', '2026-02-28', '03-01', 13],
    ['2012-02-29', '2026-03-01', '03-01', 14],
    ['2012-02-29', '2026-02-28', '02-28', 14],
    ['2012-02-29', '2028-02-28', '02-28', 15],
    ['2012-02-29', '2028-02-29', '03-01', 16],
  ])('of whoever was born on %s, on %s, 29 February being %s: %i', (birthOn, day, leapDay, age) => {
    expect(ageOn(birthOn, day, leapDay)).toBe(age);
  });

  it('puts everybody into the group of their age, by birth dates alone', () => {
    const dayBetween = (from: string, to: string) =>
      fc.integer({ min: dayNumber(from), max: dayNumber(to) }).map(dayAt);
    const leapDays = fc.constantFrom('03-01', '02-28');
    const ends = fc.constantFrom('2024-02-29', '2026-02-28', '2026-03-01');
    const births = fc.oneof(dayBetween('1950-01-01', '2023-12-31'), fc.constantFrom('2008-02-29', '1976-02-29'));
    fc.assert(
      fc.property(births, fc.oneof(dayBetween('2024-01-01', '2030-12-31'), ends), leapDays, (birth, day, leapDay) => {
        const age = ageOn(birth, day, leapDay);
        const begun = groupsBornFrom(day, leapDay).filter((from) => from <= birth).length;
        expect(ageGroups[begun]?.code).toBe(ageGroups.find(({ from }) => age >= from)?.code);
      }),
      { numRuns: 2_000 },
    );
  });
});
