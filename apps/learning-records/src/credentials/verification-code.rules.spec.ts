import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normaliseVerificationCode, verificationCodeFrom } from './verification-code.rules.js';

it('a code has 12 characters without I, L, O and U, and stays itself when normalised', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (random) => {
      const code = verificationCodeFrom(random);
      expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
      expect(normaliseVerificationCode(code)).toBe(code);
    }),
  );
});

it.each([
  ['7kq2m9xt4dhv', '7KQ2M9XT4DHV'],
  ['7KQ2-M9XT-4DHV', '7KQ2M9XT4DHV'],
  ['OIL2 M9XT 4DHV', '0112M9XT4DHV'],
])('%s is read as %s', (typed, code) => {
  expect(normaliseVerificationCode(typed)).toBe(code);
});
