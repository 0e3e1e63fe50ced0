import { expect, it } from '@jest/globals';
import { passes } from './result.rules.js';

it.each([
  [1, false],
  [3, false],
  [4, true],
  [10, true],
])('the mark %i passes: %s (R-LR-24)', (mark, passed) => {
  expect(passes(mark, '2026-06-15')).toBe(passed);
});
