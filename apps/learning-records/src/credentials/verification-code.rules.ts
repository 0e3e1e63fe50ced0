/** Crockford's base 32: without I, L, O and U, so that a code can be read out and typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 12;

/** A verification code from 12 random bytes. 60 bits: it cannot be guessed. */
export function verificationCodeFrom(random: Uint8Array): string {
  return Array.from(random.subarray(0, length), (byte) => alphabet.charAt(byte % 32)).join('');
}

/** What somebody typed, as the code that was meant: small letters, I and L for 1, O for 0, spaces and hyphens. */
export function normaliseVerificationCode(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
}
