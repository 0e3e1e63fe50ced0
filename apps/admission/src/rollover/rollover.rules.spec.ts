import { describe, expect, it } from '@jest/globals';
import { placesLeft, quotaOf } from './rollover.rules.js';

describe('places moving to the next stage (F-ADM-4)', () => {
  it.each([
    ['the published example', 120, 109, 2, 0, 13],
    ['everything signed', 10, 10, 0, 0, 0],
    ['nothing signed', 10, 0, 0, 0, 10],
    ['agreements ended before teaching starts (R-ADM-34)', 10, 10, 3, 0, 3],
    ['places that the minister adds', 10, 4, 0, 5, 11],
    ['places that the minister takes away', 10, 4, 0, -6, 0],
    ['more taken away than is left', 10, 4, 0, -7, 0],
  ])('after %s', (_, quota, signed, terminatedBeforeStart, planned, next) => {
    expect(quotaOf(planned, placesLeft({ quota, signed, terminatedBeforeStart }))).toBe(next);
  });
});
