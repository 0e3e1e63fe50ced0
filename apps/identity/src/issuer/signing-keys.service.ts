import { Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Clock } from '@meistras/platform/time/clock';
import { IdentityConfig } from '../identity.config.js';
import { Seal } from './seal.service.js';
import { isDue, retiredKeys, signingKey, signsFrom } from './signing-keys.rules.js';
import type { KeyTimes } from './signing-keys.rules.js';

/** Private keys that verifiers know, and the one of them that signs now. */
export interface KeySet {
  signingKid: string;
  keys: JWK[];
}

interface SealedKey extends KeyTimes {
  sealedJwk: string;
}

/** The issuer's ES256 keys: made, followed and removed here, encrypted in the table. */
@Injectable()
export class SigningKeys {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly seal: Seal,
    private readonly config: IdentityConfig,
  ) {}

  /** Today's keys. Makes a new one when it is due and removes those that nobody needs; safe in many instances at once. */
  async current(): Promise<KeySet> {
    let keys = await readKeys(this.dataSource.manager);
    if (this.mustChange(keys)) keys = await this.dataSource.transaction((tx) => this.changeKeys(tx));
    const signing = signingKey(keys, this.clock.now());
    if (!signing) throw new Error('No signing key is in force: has the clock been set back?');
    return { signingKid: signing.kid, keys: keys.map((key) => this.openKey(key)) };
  }

  private mustChange(keys: SealedKey[]): boolean {
    const now = this.clock.now();
    const { SIGNING_KEY_DAYS, TOKEN_LIFETIME_SECONDS } = this.config;
    return isDue(keys, now, SIGNING_KEY_DAYS) || retiredKeys(keys, now, TOKEN_LIFETIME_SECONDS).length > 0;
  }

  private async changeKeys(tx: EntityManager): Promise<SealedKey[]> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtext('signing_key'))`);
    const keys = await readKeys(tx);
    const now = this.clock.now();
    if (isDue(keys, now, this.config.SIGNING_KEY_DAYS)) await this.makeKey(tx, now, signsFrom(keys, now));
    const retired = retiredKeys(keys, now, this.config.TOKEN_LIFETIME_SECONDS);
    await tx.query('DELETE FROM signing_key WHERE kid = ANY($1)', [retired.map(({ kid }) => kid)]);
    return readKeys(tx);
  }

  private async makeKey(tx: EntityManager, createdAt: Date, signsFrom: Date): Promise<void> {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(privateKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = this.seal.close(JSON.stringify({ ...jwk, kid, alg: 'ES256', use: 'sig' }), kid);
    await tx.query('INSERT INTO signing_key (kid, sealed_jwk, created_at, signs_from) VALUES ($1, $2, $3, $4)', [
      kid,
      sealed,
      createdAt,
      signsFrom,
    ]);
  }

  private openKey({ kid, sealedJwk }: SealedKey): JWK {
    try {
      return JSON.parse(this.seal.open(sealedJwk, kid)) as JWK;
    } catch (cause) {
      throw new Error(`Signing key ${kid} does not open: is KEY_ENCRYPTION_KEY another one than before?`, { cause });
    }
  }
}

function readKeys(tx: EntityManager): Promise<SealedKey[]> {
  return tx.query(
    `SELECT kid, sealed_jwk AS "sealedJwk", created_at AS "createdAt", signs_from AS "signsFrom"
     FROM signing_key ORDER BY signs_from`,
  );
}
