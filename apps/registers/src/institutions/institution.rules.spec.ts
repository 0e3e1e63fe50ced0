import { describe, expect, it } from '@jest/globals';
import { stateAfter } from './institution.rules.js';

describe('an institution', () => {
  it.each([
    ['REGISTERED', 'REORGANISE', 'REORGANISING'],
    ['REGISTERED', 'END_REORGANISATION', undefined],
    ['REGISTERED', 'CLOSE', 'CLOSED'],
    ['REORGANISING', 'REORGANISE', undefined],
    ['REORGANISING', 'END_REORGANISATION', 'REGISTERED'],
    ['REORGANISING', 'CLOSE', 'CLOSED'],
    ['CLOSED', 'REORGANISE', undefined],
    ['CLOSED', 'END_REORGANISATION', undefined],
    ['CLOSED', 'CLOSE', undefined],
  ] as const)('that is %s: %s makes it %s', (state, act, after) => {
    expect(stateAfter(state, act)).toBe(after);
  });
});
