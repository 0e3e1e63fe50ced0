import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, sharedDays } from '@meistras/platform/time/days';
import { beforeStart, creditsByYear, fundingOfYear, keptOnLeaving, splitByLargestRemainder } from './funding.rules.js';

describe('splitting to the cent (R-FIN-35, F-FIN-5)', () => {
  it.each([
    [144_000, [31, 28, 31, 30, 31, 30], [24_663, 22_276, 24_663, 23_868, 24_663, 23_867]],
    [10_000, [1, 1, 1], [3_334, 3_333, 3_333]],
    [100, [0, 0], [0, 0]],
  ])('%i over %j is %j', (total, weights, parts) => {
    expect(splitByLargestRemainder(total, weights)).toEqual(parts);
  });

  it('adds up, and no part is a unit or more off its exact share', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), fc.array(fc.nat(366), { minLength: 1, maxLength: 12 }), (total, weights) => {
        const sum = weights.reduce((all, weight) => all + weight, 0);
        const parts = splitByLargestRemainder(total, weights);
        expect(parts.reduce((all, part) => all + part, 0)).toBe(sum === 0 ? 0 : total);
        parts.forEach((part, i) =>
          expect(Math.abs(part - (sum === 0 ? 0 : (total * (weights[i] ?? 0)) / sum))).toBeLessThan(1),
        );
      }),
    );
  });
});

describe('credits by calendar year (F-LR-8, F-FIN-3)', () => {
  it.each([
    [60, '2025-09-01', '2026-06-30', { 2025: 2_416, 2026: 3_584 }],
    [20, '2025-11-03', '2026-02-27', { 2025: 1_009, 2026: 991 }],
    [30, '2026-09-01', '2026-12-31', { 2026: 3_000 }],
  ])('%i credits from %s to %s', (credits, startsOn, plannedEndOn, expected) => {
    expect(Object.fromEntries(creditsByYear({ credits, startsOn, plannedEndOn }))).toEqual(expected);
  });
});

describe('funding of a year (F-FIN-1, R-FIN-04)', () => {
  const rates = [
    { amountMinor: 4_000, validFrom: '2025-01-01' },
    { amountMinor: 4_250, validFrom: '2026-09-01' },
  ];

  it('is credits of the year times the rate', () => {
    const training = { credits: 36, startsOn: '2026-01-01', plannedEndOn: '2026-06-30' };
    expect(fundingOfYear(training, 2026, rates)).toEqual({ creditsHundredths: 3_600, amountMinor: 144_000 });
  });

  it('pays every credit at the rate of the day on which it falls', () => {
    const training = { credits: 20, startsOn: '2026-08-22', plannedEndOn: '2026-09-10' };
    expect(fundingOfYear(training, 2026, rates)).toEqual({
      creditsHundredths: 2_000,
      amountMinor: 10 * 4_000 + 10 * 4_250,
    });
  });

  it('is unknown when a day of training has no rate', () => {
    expect(fundingOfYear({ credits: 30, startsOn: '2024-09-01', plannedEndOn: '2025-01-31' }, 2024, rates)).toBeNull();
  });

  it('equals the sum over days, day by day, for any training and any rates', () => {
    const day = fc.integer({ min: 0, max: 900 }).map((days) => addDays('2025-01-01', days));
    const rate = fc.record({ amountMinor: fc.integer({ min: 1, max: 10_000 }), validFrom: day });
    fc.assert(
      fc.property(
        fc.integer({ min: 30, max: 240 }),
        day,
        fc.nat(700),
        fc.uniqueArray(rate, { selector: (each) => each.validFrom, maxLength: 5 }),
        (credits, startsOn, length, later) => {
          const training = { credits, startsOn, plannedEndOn: addDays(startsOn, length) };
          const all = [{ amountMinor: 3_000, validFrom: '2020-01-01' }, ...later];
          for (const [year, hundredths] of creditsByYear(training)) {
            const days = Array.from({ length: length + 1 }, (_, i) => addDays(startsOn, i)).filter((each) =>
              each.startsWith(String(year)),
            );
            const rateOn = (each: string): number =>
              [...all].sort((a, b) => b.validFrom.localeCompare(a.validFrom)).find(({ validFrom }) => validFrom <= each)
                ?.amountMinor ?? 0;
            const exact = days.reduce((sum, each) => sum + rateOn(each), 0) * (hundredths / 100 / days.length);
            expect(Math.abs((fundingOfYear(training, year, all)?.amountMinor ?? -1) - exact)).toBeLessThanOrEqual(
              0.5 + 1e-6,
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('leaving (R-FIN-11, R-FIN-12, F-FIN-4)', () => {
  const training = { credits: 36, startsOn: '2026-01-01', plannedEndOn: '2026-06-30' };

  it.each([
    ['2026-03-31', 71_602],
    ['2026-06-30', 144_000],
    ['2026-12-31', 144_000],
    ['2025-12-31', 0],
    [beforeStart(training), 0],
  ])('after %s keeps %i cents of 144000', (endedOn, kept) => {
    expect(keptOnLeaving(144_000, training, 2026, endedOn)).toBe(kept);
  });

  it('moves 723.98 when the transfer is on 1 April', () => {
    expect(144_000 - keptOnLeaving(144_000, training, 2026, '2026-03-31')).toBe(72_398);
  });
});

it('a leap year has its 29 February', () => {
  expect(sharedDays('2028-02-01', '2028-03-01', '2028-02-01', '2028-02-29')).toBe(29);
});
