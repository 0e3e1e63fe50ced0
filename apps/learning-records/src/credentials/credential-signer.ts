import { Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { LearningRecordsConfig } from '../learning-records.config.js';

/** A W3C Verifiable Credential 2.0 before it is signed. */
export type UnsignedCredential = Record<string, unknown> & { issuer: string };

/** Signs credentials as JWTs (W3C VC-JOSE-COSE, `vc+jwt`, ES256) with the key from the environment. */
@Injectable()
export class CredentialSigner {
  /** The issuer's address; its keys stand at `…/issuer/jwks`. */
  readonly issuer: string;
  private readonly privateKey: JWK;
  private ready: Promise<{ key: CryptoKey | Uint8Array; kid: string }> | undefined;

  constructor(config: LearningRecordsConfig) {
    this.issuer = config.CREDENTIAL_ISSUER.replace(/\/$/, '');
    this.privateKey = JSON.parse(config.CREDENTIAL_SIGNING_KEY) as JWK;
  }

  async sign(credential: UnsignedCredential): Promise<string> {
    const { key, kid } = await this.load();
    return new SignJWT(credential)
      .setProtectedHeader({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid, iss: this.issuer })
      .sign(key);
  }

  /** The public keys, for those who verify by themselves. */
  async jwks(): Promise<{ keys: JWK[] }> {
    const { kid } = await this.load();
    const { kty, crv, x, y } = this.privateKey;
    return { keys: [{ kty, crv, x, y, kid, alg: 'ES256', use: 'sig' } as JWK] };
  }

  private load(): Promise<{ key: CryptoKey | Uint8Array; kid: string }> {
    return (this.ready ??= (async () => ({
      key: await importJWK(this.privateKey, 'ES256'),
      kid: await calculateJwkThumbprint(this.privateKey),
    }))());
  }
}
