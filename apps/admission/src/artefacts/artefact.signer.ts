import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AdmissionConfig } from '../admission.config.js';

/** A public Ed25519 key (RFC 8037) under its thumbprint (RFC 7638). */
export interface ArtefactKey {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}

/** Signs the digests of artefacts with the key from the environment. */
@Injectable()
export class ArtefactSigner {
  readonly key: ArtefactKey;
  /** The signing key and, during a rotation, the one before or after it. */
  readonly liveKeys: ArtefactKey[];
  private readonly privateKey: KeyObject;

  constructor(config: AdmissionConfig) {
    const own = JSON.parse(config.ARTEFACT_SIGNING_KEY) as { x: string; d: string };
    this.privateKey = createPrivateKey({ key: { kty: 'OKP', crv: 'Ed25519', ...own }, format: 'jwk' });
    this.key = publicKey(own.x);
    const other =
      config.ARTEFACT_OTHER_KEY === undefined ? undefined : (JSON.parse(config.ARTEFACT_OTHER_KEY) as { x: string });
    this.liveKeys = other === undefined ? [this.key] : [this.key, publicKey(other.x)];
  }

  /** The last lines of the run's part: its digest and the signature over the digest's hexadecimal text. */
  seal(digest: string): string {
    const value = sign(null, Buffer.from(digest, 'ascii'), this.privateKey).toString('base64url');
    const signature = { algorithm: 'Ed25519', keyId: this.key.kid, publicKey: this.key.x, value };
    return `"digest":"${digest}",\n"signature":${JSON.stringify(signature)}`;
  }
}

function publicKey(x: string): ArtefactKey {
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' };
}
