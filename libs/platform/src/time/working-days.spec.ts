import { describe, expect, it } from '@jest/globals';
import { addWorkingDays, isWorkingDay } from './working-days.js';

describe('working days', () => {
  it.each([
    ['2026-06-19', 5, '2026-06-29'], // 24 June is a holiday (accreditation.md, section 5)
    ['2026-03-02', 20, '2026-03-31'], // 11 March (the same)
    ['2026-09-01', 5, '2026-09-08'],
    ['2026-09-05', 1, '2026-09-07'], // from a Saturday
    ['2026-09-01', 0, '2026-09-01'],
    ['2026-12-23', 1, '2026-12-28'],
  ])('%s and %i more is %s', (day, count, last) => {
    expect(addWorkingDays(day, count)).toBe(last);
  });

  it.each([
    ['2024-04-01', false], // Easter Mondays
    ['2025-04-21', false],
    ['2026-04-06', false],
    ['2027-03-29', false],
    ['2026-04-07', true],
    ['2026-05-01', false],
    ['2026-05-02', false], // Saturday
  ])('%s: %s', (day, works) => {
    expect(isWorkingDay(day)).toBe(works);
  });
});
