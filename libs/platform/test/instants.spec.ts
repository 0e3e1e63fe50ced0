import { describe, expect, it } from '@jest/globals';
import { isInstant } from '../src/http/instant.js';
import { plusDaysIn, startOfDayIn } from '../src/time/clock.js';

describe('an instant', () => {
  it.each([
    ['2026-08-05T21:00:00Z', true],
    ['2026-08-05T21:00:00.250Z', true],
    ['2026-08-05T24:00:00Z', false],
    ['2026-02-30T00:00:00Z', false],
    ['2026-08-06T00:00:00+03:00', false],
    ['2026-08-05', false],
  ])('%s: %s', (text, real) => {
    expect(isInstant(text)).toBe(real);
  });
});

describe('the same hour some days later', () => {
  it.each([
    ['in summer', '2026-08-17T14:00:00Z', 1, '2026-08-18T14:00:00.000Z'],
    ['across the change to winter time', '2026-10-24T14:00:00Z', 1, '2026-10-25T15:00:00.000Z'],
    ['across the change to summer time', '2026-03-28T15:00:00Z', 1, '2026-03-29T14:00:00.000Z'],
    ['at midnight before the change', '2026-10-24T21:00:00Z', 1, '2026-10-25T22:00:00.000Z'],
    ['over a month', '2026-10-01T14:00:00Z', 31, '2026-11-01T15:00:00.000Z'],
    ['no day at all', '2026-08-17T14:00:00Z', 0, '2026-08-17T14:00:00.000Z'],
  ])('%s', (_, instant, days, later) => {
    expect(plusDaysIn(new Date(instant), days, 'Europe/Vilnius').toISOString()).toBe(later);
  });

  it('in a zone without changes', () => {
    expect(plusDaysIn(new Date('2026-10-24T14:00:00Z'), 1, 'Asia/Ho_Chi_Minh').toISOString()).toBe(
      '2026-10-25T14:00:00.000Z',
    );
  });
});

describe('midnight', () => {
  it.each([
    ['2026-08-06', 'Europe/Vilnius', '2026-08-05T21:00:00.000Z'],
    ['2026-01-15', 'Europe/Vilnius', '2026-01-14T22:00:00.000Z'],
    ['2026-03-29', 'Europe/Vilnius', '2026-03-28T22:00:00.000Z'], // the clocks change three hours later
    ['2026-03-30', 'Europe/Vilnius', '2026-03-29T21:00:00.000Z'],
    ['2026-10-25', 'Europe/Vilnius', '2026-10-24T21:00:00.000Z'],
    ['2026-10-26', 'Europe/Vilnius', '2026-10-25T22:00:00.000Z'],
    ['2026-08-06', 'America/Lima', '2026-08-06T05:00:00.000Z'],
  ])('of %s in %s', (day, zone, instant) => {
    expect(startOfDayIn(day, zone).toISOString()).toBe(instant);
  });
});
