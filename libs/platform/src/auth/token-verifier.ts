import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify } from 'jose';
import type { JSONWebKeySet, JWTPayload, JWTVerifyGetKey } from 'jose';
import { ProcessConfig } from '../config/config.js';
import { DomainError } from '../errors/domain-error.js';
import { Actor } from './actor.js';

const cacheSize = 10_000;
const maxTokenLength = 8_192;

interface CachedToken {
  actor: Actor;
  issuedAt: number;
  expiresAt: number;
}

/**
 * Verifies access tokens (RFC 9068, `at+jwt`, ES256) by the issuer's keys. Verified tokens are kept until they expire,
 * at most 10,000 of them: checking a signature costs more than the whole read that it opens.
 */
@Injectable()
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;
  private readonly verified = new Map<string, CachedToken>();
  private latest: { token: string; entry: CachedToken | undefined } = { token: '', entry: undefined };

  constructor(private readonly config: ProcessConfig) {
    this.keys = config.AUTH_JWKS
      ? createLocalJWKSet(JSON.parse(config.AUTH_JWKS) as JSONWebKeySet)
      : createRemoteJWKSet(new URL(config.AUTH_JWKS_URL ?? ''), { cooldownDuration: 1_000, timeoutDuration: 3_000 });
  }

  /** The cached answer, or undefined when the token must be verified first. Throws nothing. */
  recall(token: string, nowSeconds: number): Actor | undefined {
    return this.recallToken(token, nowSeconds)?.actor;
  }

  recallToken(token: string, nowSeconds: number): CachedToken | undefined {
    // A busy client sends its token again and again: comparing it is ten times cheaper than hashing it anew.
    const known = token === this.latest.token ? this.latest.entry : this.verified.get(token);
    if (!known) return undefined;
    this.latest = { token, entry: known };
    if (known.expiresAt > nowSeconds) return known;
    this.verified.delete(token);
    return undefined;
  }

  /** Throws `unauthenticated` unless the token is genuine, for us, and in time. */
  async verify(token: string): Promise<CachedToken> {
    if (token.length > maxTokenLength) throw unauthenticated('The token is too long.');
    const payload = await this.read(token);
    const { client_id: clientId, iat, exp } = payload;
    if (typeof clientId !== 'string' || exp === undefined || iat === undefined)
      throw unauthenticated('The token lacks claims.');
    const entry = { actor: actorOf(clientId, payload), issuedAt: iat, expiresAt: exp };
    if (this.verified.size >= cacheSize) this.forgetOldest();
    this.verified.set(token, entry);
    return entry;
  }

  private async read(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        issuer: this.config.AUTH_ISSUER,
        audience: this.config.AUTH_AUDIENCE,
        algorithms: ['ES256'],
        typ: 'at+jwt',
        clockTolerance: 5,
      });
      return payload;
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      if (code === 'ERR_JWKS_TIMEOUT' || !code.startsWith('ERR_J')) {
        throw new DomainError('unavailable', 'issuer-unavailable', 'The token issuer cannot be reached.');
      }
      throw unauthenticated('The access token is not valid.');
    }
  }

  private forgetOldest(): void {
    const oldest = this.verified.keys().next();
    if (!oldest.done) this.verified.delete(oldest.value);
  }
}

function actorOf(clientId: string, payload: JWTPayload): Actor {
  const scopes = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
  const subject: unknown = payload['learner_id'];
  return new Actor(
    clientId,
    new Set(scopes),
    payload['national'] === true,
    textsIn(payload['institutions']),
    isUUID(subject) ? (subject as string).toLowerCase() : undefined,
    textsIn(payload['municipalities']),
  );
}

function textsIn(claim: unknown): Set<string> {
  return new Set(Array.isArray(claim) ? claim.filter((each) => typeof each === 'string') : []);
}

export function unauthenticated(message: string): DomainError {
  return new DomainError('unauthenticated', 'unauthenticated', message);
}

/** The bearer token of an Authorization header (RFC 6750), or undefined. */
export function bearerOf(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice(7).trim() : undefined;
}
