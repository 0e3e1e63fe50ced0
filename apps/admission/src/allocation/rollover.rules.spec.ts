import { describe, expect, it } from '@jest/globals';
import { nextQuota } from './rollover.rules.js';

describe('places moving to the next stage (F-ADM-4)', () => {
  it.each([
    ['the published example', 120, 109, 2, 0, 13],
    ['everything signed', 10, 10, 0, 0, 0],
    ['nothing signed', 10, 0, 0, 0, 10],
    ['agreements ended before teaching starts', 10, 10, 3, 0, 3],
    ['places the minister takes away', 10, 4, 0, -6, 0],
    ['a place won on complaint, covered by the plan', 10, 11, 0, 1, 0],
  ])('after %s', (_, quota, signed, terminatedBeforeStart, planChange, next) => {
    expect(nextQuota({ quota, signed, terminatedBeforeStart, planChange })).toBe(next);
  });

  it.each([
    ['more taken away than is left', 10, 4, 0, -7, 'NEXT_QUOTA_NEGATIVE'],
    ['a place won on complaint without a plan change', 10, 11, 0, 0, 'NEXT_QUOTA_NEGATIVE'],
    ['more ended than signed', 10, 1, 2, 0, 'ABOVE_SIGNED'],
    ['half a place', 10.5, 0, 0, 0, 'NOT_A_COUNT'],
    ['a negative count', 10, -1, 0, 0, 'NOT_A_COUNT'],
    ['half a planned place', 10, 0, 0, 0.5, 'NOT_WHOLE'],
  ])('refuses %s', (_, quota, signed, terminatedBeforeStart, planChange, code) => {
    expect(() => nextQuota({ quota, signed, terminatedBeforeStart, planChange })).toThrow(code);
  });
});
