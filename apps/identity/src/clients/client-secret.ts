import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret of 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** `salt.hash`. One round of SHA-256 is enough for 256 random bits: there is nothing to guess (OWASP ASVS 5.0, 11.4). */
export function hashSecret(secret: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('base64url')}.${digest(salt, secret).toString('base64url')}`;
}

export function secretMatches(secret: string, stored: string): boolean {
  const [salt = '', hash = ''] = stored.split('.');
  const expected = Buffer.from(hash, 'base64url');
  const actual = digest(Buffer.from(salt, 'base64url'), secret);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function digest(salt: Buffer, secret: string): Buffer {
  return createHash('sha256').update(salt).update(secret).digest();
}
