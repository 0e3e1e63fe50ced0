import { describe, expect, it } from '@jest/globals';
import { isDay } from './days.js';

describe('a day', () => {
  it.each(['2026-02-28', '2024-02-29', '0001-01-01', '9999-12-31'])('is %s', (text) => {
    expect(isDay(text)).toBe(true);
  });
  it.each(['2026-02-29', '2026-13-01', '0000-01-01', '2026-2-1', '2026-02-01T00:00:00Z', '', 20260201, null])(
    'is not %j',
    (value) => {
      expect(isDay(value)).toBe(false);
    },
  );
});
