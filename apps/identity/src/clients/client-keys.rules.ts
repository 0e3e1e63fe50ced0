import { createHash, createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';

export const authMethods = ['private_key_jwt', 'client_secret_basic'] as const;
export type AuthMethod = (typeof authMethods)[number];

/** Two, so that a client can change keys without a pause; no third that would be forgotten. */
export const liveKeysAtMost = 2;

const rsaBitsAtLeast = 2_048;

/** A client's public key as it is kept: its public members, made explicit for ES256 or RS256. */
export interface StoredJwk extends PublicMembers {
  alg: 'ES256' | 'RS256';
  use: 'sig';
  kid: string;
}

interface PublicMembers {
  kty: 'EC' | 'RSA';
  crv?: string;
  x?: string;
  y?: string;
  n?: string;
  e?: string;
}

/** What a client may do. */
export interface Reach {
  scopes: string[];
  national: boolean;
  institutions: string[];
  municipalities: string[];
}

/** A client acts for the whole country, for named institutions or for municipalities. Throws `invalid`. */
export function assertReach({ national, institutions, municipalities, scopes }: Reach): void {
  const named = [national, institutions.length > 0, municipalities.length > 0].filter(Boolean).length;
  if (named !== 1) {
    const message = 'One of `national`, `institutions` and `municipalities`.';
    throw invalid('reach', 'A client acts nationally, for institutions or for municipalities: for one of them.', [
      { pointer: '/institutions', code: 'ONE_REACH', message },
    ]);
  }
  if (municipalities.length > 0) assertMunicipal(scopes);
}

/** A municipality reads for coordination, and enters institutions (R-REG-18, R-REG-07); it writes nothing else. */
function assertMunicipal(scopes: readonly string[]): void {
  const faults = scopes.flatMap((scope, at) =>
    scope.endsWith(':read') || scope === 'registers.institutions:write'
      ? []
      : [{ pointer: `/scopes/${at}`, code: 'NOT_FOR_MUNICIPALITIES', message: 'A municipality reads.' }],
  );
  if (faults.length > 0) throw invalid('municipality-reads', 'A municipality writes institutions alone.', faults);
}

/** Whether tokens issued before the change would open more than the client may from now on. */
export function isNarrowed(before: Reach, after: Reach): boolean {
  const lost = (had: readonly string[], has: readonly string[]): boolean => had.some((each) => !has.includes(each));
  if (lost(before.scopes, after.scopes)) return true;
  if (after.national) return false;
  if (before.national || lost(before.institutions, after.institutions)) return true;
  return lost(before.municipalities, after.municipalities);
}

export function assertRoomForKey(liveKeys: number): void {
  if (liveKeys >= liveKeysAtMost)
    throw conflict('two-live-keys', 'The client has two live keys; remove one of them first.');
}

export function assertNotLastKey(liveKeys: number): void {
  if (liveKeys <= 1) throw conflict('last-live-key', 'The last live key cannot be removed; revoke the client instead.');
}

export function assertActive(client: { state: 'ACTIVE' | 'REVOKED' }): void {
  if (client.state === 'REVOKED') throw conflict('client-revoked', 'The client is revoked; that is for good.');
}

/** The key as it is kept. Throws `invalid` unless it is a public P-256 key or an RSA key of at least 2048 bits. */
export function toStoredJwk(key: PublicMembers & { kid?: string }): StoredJwk {
  const refuse = (code: string, message: string): never => {
    throw invalid('public-key', message, [{ pointer: '/publicKey', code, message }]);
  };
  const members = membersOf(key) ?? refuse('KEY_TYPE', 'The key must be EC on P-256 or RSA.');
  let bits: number | undefined;
  try {
    bits = createPublicKey({ key: members as JsonWebKey, format: 'jwk' }).asymmetricKeyDetails?.modulusLength;
  } catch {
    refuse('KEY_VALUE', 'The key is not a valid public key.');
  }
  if (members.kty === 'EC') return { ...members, alg: 'ES256', use: 'sig', kid: key.kid ?? thumbprint(members) };
  if (bits === undefined || bits < rsaBitsAtLeast)
    refuse('KEY_SIZE', `An RSA key must have at least ${rsaBitsAtLeast} bits.`);
  return { ...members, alg: 'RS256', use: 'sig', kid: key.kid ?? thumbprint(members) };
}

/** The public members alone, in the order of RFC 7638; undefined for another type of key. */
function membersOf(key: PublicMembers): PublicMembers | undefined {
  if (key.kty === 'EC' && key.crv === 'P-256' && key.x !== undefined && key.y !== undefined)
    return { crv: 'P-256', kty: 'EC', x: key.x, y: key.y };
  if (key.kty === 'RSA' && key.e !== undefined && key.n !== undefined) return { e: key.e, kty: 'RSA', n: key.n };
  return undefined;
}

/** RFC 7638: the same key has the same thumbprint, whatever it is called. */
export function thumbprint(key: PublicMembers): string {
  return createHash('sha256')
    .update(JSON.stringify(membersOf(key)))
    .digest('base64url');
}

/** Throws `conflict` when the client already has this very key, or another one under the same `kid`. */
export function assertNewKey(key: StoredJwk, live: readonly StoredJwk[]): void {
  if (live.some((known) => known.kid === key.kid || thumbprint(known) === thumbprint(key)))
    throw conflict('key-known', 'The client already has this key, or another one with its kid.');
}
