import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const testIssuer = 'http://issuer.test';
export const testAudience = 'urn:meistras:api';

/** Who calls in a test. */
export interface Caller {
  scopes: string[];
  clientId?: string;
  /** Acts for the whole country. */
  national?: boolean;
  institutions?: string[];
  /** ISO 3166-2 codes. */
  municipalities?: string[];
  /** The learner whom the token names. */
  learnerId?: string;
}

/** An issuer of one spec file: its public keys for the service, and tokens for its callers. */
export interface TestIssuer {
  jwks: string;
  tokenFor(caller: Caller): Promise<string>;
}

export async function testIssuerOf(): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  return {
    jwks: JSON.stringify({ keys: [jwk] }),
    tokenFor: ({ scopes, clientId = 'test-client', national = false, institutions = [], municipalities, learnerId }) =>
      new SignJWT({
        ...{ client_id: clientId, scope: scopes.join(' '), national, institutions },
        ...(municipalities === undefined ? {} : { municipalities }),
        ...(learnerId === undefined ? {} : { learner_id: learnerId }),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test' })
        .setIssuer(testIssuer)
        .setAudience(testAudience)
        .setSubject(clientId)
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey),
  };
}
