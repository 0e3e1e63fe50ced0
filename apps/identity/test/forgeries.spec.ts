import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { CryptoKey, KeyObject } from 'jose';
import supertest from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { testAudience, testIssuer } from '@meistras/testing/tokens';
import { features } from '../src/app.module.js';
import { identity } from '../src/data-source.js';
import { environment } from './builders.js';

type Claims = Record<string, unknown>;
type Key = CryptoKey | KeyObject | Uint8Array;

const real = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256', { extractable: true });
const rsa = await generateKeyPair('RS256');
const p384 = await generateKeyPair('ES384');
const ed = generateKeyPairSync('ed25519');
const publicJwk = { ...(await exportJWK(real.publicKey)), kid: 'real', alg: 'ES256', use: 'sig' };
const strangerJwk = await exportJWK(stranger.publicKey);

const now = (): number => Math.floor(Date.now() / 1_000);
const rightClaims = (): Claims => ({
  iss: testIssuer,
  aud: testAudience,
  sub: 'forger',
  client_id: 'forger',
  scope: 'identity.clients:read',
  national: true,
  institutions: [],
  iat: now(),
  exp: now() + 300,
});

function token(claims: Claims = {}, header: Claims = {}, key: Key = real.privateKey): Promise<string> {
  return new SignJWT({ ...rightClaims(), ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'real', ...header })
    .sign(key);
}

const part = (value: unknown): string => base64url.encode(typeof value === 'string' ? value : JSON.stringify(value));
const unsigned = (header: Claims, signature = ''): string => `${part(header)}.${part(rightClaims())}.${signature}`;
const hmac = (secret: string | Uint8Array, header: Claims = {}): Promise<string> =>
  token({}, { alg: 'HS256', ...header }, typeof secret === 'string' ? new TextEncoder().encode(secret) : secret);

/** Takes a right token apart and puts it together wrongly. */
async function changed(change: (parts: [string, string, string]) => string): Promise<string> {
  return change((await token()).split('.') as [string, string, string]);
}

const forgeries: [string, () => string | Promise<string>][] = [
  ['alg none without signature', () => unsigned({ alg: 'none', typ: 'at+jwt' })],
  ['alg None', () => unsigned({ alg: 'None', typ: 'at+jwt' })],
  ['alg NONE with a signature', () => unsigned({ alg: 'NONE', typ: 'at+jwt' }, 'AAAA')],
  ['alg none under the real kid', () => unsigned({ alg: 'none', typ: 'at+jwt', kid: 'real' })],
  ['no alg', () => unsigned({ typ: 'at+jwt', kid: 'real' }, 'AAAA')],
  ['alg empty', () => unsigned({ alg: '', typ: 'at+jwt', kid: 'real' }, 'AAAA')],
  ['HS256 keyed with the public JWK', () => hmac(JSON.stringify(publicJwk))],
  ['HS256 keyed with the public key set', () => hmac(JSON.stringify({ keys: [publicJwk] }))],
  ['HS256 keyed with x', () => hmac(base64url.decode(publicJwk.x ?? ''))],
  [
    'HS256 keyed with the raw point',
    () =>
      hmac(Buffer.concat([Buffer.from([4]), base64url.decode(publicJwk.x ?? ''), base64url.decode(publicJwk.y ?? '')])),
  ],
  ['HS256 keyed with the kid', () => hmac('real'.repeat(8))],
  ['HS256 keyed with zeros', () => hmac(new Uint8Array(32))],
  ['HS512 keyed with the public JWK', () => hmac(JSON.stringify(publicJwk), { alg: 'HS512' })],
  ['a stranger’s key', () => token({}, {}, stranger.privateKey)],
  ['a stranger’s key without kid', () => token({}, { kid: undefined }, stranger.privateKey)],
  ['a stranger’s key under an unknown kid', () => token({}, { kid: 'stranger' }, stranger.privateKey)],
  ['an unknown kid', () => token({}, { kid: 'other' })],
  ['a kid that is a path', () => token({}, { kid: '../../../../dev/null' }, stranger.privateKey)],
  ['a kid that is SQL', () => token({}, { kid: "x' UNION SELECT 'AAAA' --" }, stranger.privateKey)],
  ['a kid that is an address', () => token({}, { kid: 'http://127.0.0.1:1/jwks' }, stranger.privateKey)],
  ['a kid that is a number', () => token({}, { kid: 1 }, stranger.privateKey)],
  ['its own key as jwk', () => token({}, { jwk: strangerJwk }, stranger.privateKey)],
  ['its own key set as jku', () => token({}, { jku: 'http://127.0.0.1:1/jwks' }, stranger.privateKey)],
  ['its own certificate as x5u', () => token({}, { x5u: 'http://127.0.0.1:1/cert' }, stranger.privateKey)],
  ['its own certificate as x5c', () => token({}, { x5c: ['MIIB'] }, stranger.privateKey)],
  ['RS256 by a stranger', () => token({}, { alg: 'RS256' }, rsa.privateKey)],
  [
    'PS256 in name alone',
    async () => unsigned({ alg: 'PS256', typ: 'at+jwt', kid: 'real' }, (await token()).split('.')[2]),
  ],
  ['ES384 by a stranger', () => token({}, { alg: 'ES384' }, p384.privateKey)],
  ['Ed25519 by a stranger', () => token({}, { alg: 'EdDSA' }, ed.privateKey)],
  ['a signature of zeros (r = s = 0)', () => changed(([h, p]) => `${h}.${p}.${base64url.encode(new Uint8Array(64))}`)],
  ['an empty signature', () => changed(([h, p]) => `${h}.${p}.`)],
  ['no signature part', () => changed(([h, p]) => `${h}.${p}`)],
  ['a signature that is too short', () => changed(([h, p, s]) => `${h}.${p}.${s.slice(0, -4)}`)],
  ['a signature of other bytes', () => changed(([h, p]) => `${h}.${p}.${base64url.encode(randomBytes(64))}`)],
  ['changed claims', () => changed(([h, , s]) => `${h}.${part({ ...rightClaims(), client_id: 'admin' })}.${s}`)],
  [
    'a changed header',
    () => changed(([, p, s]) => `${part({ alg: 'ES256', typ: 'at+jwt', kid: 'real', x: 1 })}.${p}.${s}`),
  ],
  ['a fourth part', () => changed(([h, p, s]) => `${h}.${p}.${s}.AAAA`)],
  ['five parts, as of an encrypted token', () => changed(([h, p, s]) => `${h}.${p}.${s}.AAAA.AAAA`)],
  [
    'an unknown critical header',
    () =>
      token({}, { crit: ['exp2'], exp2: 1 }).catch(() =>
        unsigned({ alg: 'ES256', typ: 'at+jwt', kid: 'real', crit: ['exp2'], exp2: 1 }, 'AAAA'),
      ),
  ],
  [
    'an unencoded payload (b64 false)',
    () => unsigned({ alg: 'ES256', typ: 'at+jwt', kid: 'real', b64: false, crit: ['b64'] }, 'AAAA'),
  ],
  ['expired', () => token({ iat: now() - 700, exp: now() - 100 })],
  ['expired since the epoch', () => token({ exp: 0 })],
  ['no expiry', () => token({ exp: undefined })],
  ['an expiry that is text', () => token({ exp: String(now() + 300) })],
  ['valid only in the future', () => token({ nbf: now() + 300 })],
  ['a start that is text', () => token({ nbf: 'yesterday' })],
  ['no time of issue', () => token({ iat: undefined })],
  ['another issuer', () => token({ iss: 'http://evil.test' })],
  ['an issuer with a slash behind', () => token({ iss: `${testIssuer}/` })],
  ['no issuer', () => token({ iss: undefined })],
  ['issuers as a list', () => token({ iss: [testIssuer] })],
  ['another audience', () => token({ aud: 'urn:another:api' })],
  ['no audience', () => token({ aud: undefined })],
  ['an empty audience', () => token({ aud: [] })],
  ['no client', () => token({ client_id: undefined })],
  ['a client that is an object', () => token({ client_id: { $ne: null } })],
  ['an ID token (typ JWT)', () => token({}, { typ: 'JWT' })],
  ['a client assertion (no typ)', () => token({}, { typ: undefined })],
  ['a logout token', () => token({}, { typ: 'logout+jwt' })],
  ['claims that are a list', () => changed(([h, , s]) => `${h}.${part([])}.${s}`)],
  ['claims that are no JSON', () => changed(([h, , s]) => `${h}.${part('{')}.${s}`)],
  ['a header that is no JSON', () => changed(([, p, s]) => `${part('{')}.${p}.${s}`)],
  ['a header that is null', () => changed(([, p, s]) => `${part('null')}.${p}.${s}`)],
  ['plain base64 instead of base64url', () => changed(([h, p]) => `${h}.${p}.++++////`)],
  ['garbage', () => 'garbage'],
  ['dots', () => '..'],
  ['the word null', () => 'null'],
  ['20,000 characters', () => 'a'.repeat(7_000) + '.' + 'b'.repeat(7_000) + '.c'],
];

describe('forged and wrong tokens', () => {
  const api = startService(identity, features, { ...environment, AUTH_JWKS: JSON.stringify({ keys: [publicJwk] }) });
  const me = (authorization: string) =>
    supertest(api.app.getHttpServer()).get('/identity/v1/me').set('authorization', authorization);

  it('are told from the right one, which opens the door', async () => {
    const { body } = await me(`Bearer ${await token()}`).expect(200);
    expect(body.clientId).toBe('forger');
  });

  it.each(forgeries)('%s: 401', async (_, forge) => {
    const { body, headers } = await me(`Bearer ${await forge()}`).expect(401);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(headers['www-authenticate']).toContain('Bearer');
    expect(body).toMatchObject({ type: 'urn:meistras:problem:identity:unauthenticated', status: 401 });
  });

  it.each([
    ['no scheme', async () => token()],
    ['another scheme', async () => `Basic ${await token()}`],
    ['DPoP without a proof', async () => `DPoP ${await token()}`],
    ['an empty bearer', () => Promise.resolve('Bearer ')],
    ['two tokens', async () => `Bearer ${await token()}, Bearer ${await token()}`],
  ])('%s: 401', async (_, authorization) => {
    await me(await authorization()).expect(401);
  });
});
