import { describe, expect, it } from '@jest/globals';
import { checkJarCode, checkUaiCode } from './institution-code.rules.js';

describe('JAR code (R-REG-03, F-REG-2)', () => {
  it.each([
    ['188603091', 'VALID'],
    ['399999157', 'VALID'],
    ['399990500', 'VALID'],
    ['188603092', 'WRONG_CHECK_DIGIT'],
    ['18860309', 'WRONG_LENGTH'],
    ['18860309X', 'NOT_DIGITS'],
    ['', 'EMPTY'],
  ])('%s is %s', (code, check) => {
    expect(checkJarCode(code)).toBe(check);
  });
});

describe('UAI code', () => {
  it.each([
    ['0750655E', 'VALID'],
    ['0750655F', 'WRONG_CHECK_DIGIT'],
    ['T171435T', 'WRONG_FORMAT'],
    ['075065E', 'WRONG_LENGTH'],
    ['', 'EMPTY'],
  ])('%s is %s', (code, check) => {
    expect(checkUaiCode(code)).toBe(check);
  });
});
