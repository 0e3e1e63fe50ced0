import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import { testAudience, testIssuer } from '@meistras/testing/tokens';
import { startGateway } from './gateway-under-test.js';

const path = '/registers/v1/institutions';
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ownKeys = JSON.stringify({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'test', alg: 'ES256' }] });

function forged(key: KeyObject, claims: object = {}, header: object = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1_000);
  const right = { iss: testIssuer, aud: testAudience, client_id: 'forger', scope: '', national: true };
  return new SignJWT({ ...right, iat, exp: iat + 300, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'test', ...header })
    .sign(key);
}

describe('the entrance', () => {
  const gateway = startGateway();
  beforeEach(() => {
    gateway.registers.seen = [];
    gateway.registers.answer = (_, response) => response.end('{}');
  });

  it('lets a valid token pass, the first time and every other', async () => {
    const headers = await gateway.as();
    for (let i = 0; i < 3; i++) expect((await gateway.send(path, { headers })).status).toBe(200);
    expect(gateway.registers.seen).toHaveLength(3);
    expect(gateway.registers.seen[0]?.headers.authorization).toBe(headers.authorization);
  });

  it.each<[string, () => Promise<Record<string, string>>]>([
    ['no token', () => Promise.resolve({})],
    ['an empty token', () => Promise.resolve({ authorization: 'Bearer ' })],
    ['another scheme', () => Promise.resolve({ authorization: 'Basic YTpi' })],
    ['garbage', () => Promise.resolve({ authorization: 'Bearer garbage' })],
    ['a stranger’s signature', async () => ({ authorization: `Bearer ${await forged(stranger.privateKey)}` })],
    [
      'alg none',
      () =>
        Promise.resolve({
          authorization: `Bearer ${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
        }),
    ],
  ])('refuses %s with 401 and asks the service nothing', async (_, headersOf) => {
    const answer = await gateway.send(path, { headers: await headersOf() });
    expect(answer.status).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(answer.body).toMatchObject({
      type: 'urn:meistras:problem:gateway:unauthenticated',
      status: 401,
      instance: path,
      requestId: answer.headers['x-request-id'],
    });
    expect(gateway.registers.seen).toEqual([]);
  });

  it('closes the tokens of a revoked client at once, and no other’s', async () => {
    const headers = await gateway.as({ clientId: 'revoked' });
    const other = await gateway.as({ clientId: 'other' });
    expect((await gateway.send(path, { headers })).status).toBe(200);
    gateway.revoked = [{ clientId: 'revoked', tokensNotBefore: new Date(Date.now() + 1_000).toISOString() }];
    await gateway.readRevocations();
    expect((await gateway.send(path, { headers })).status).toBe(401);
    expect((await gateway.send(path, { headers: other })).status).toBe(200);
    const overlap = new URL(gateway.identity.seen.at(-1)?.url ?? '', 'http://identity').searchParams.get('since');
    expect(Date.now() - Date.parse(overlap ?? '')).toBeGreaterThanOrEqual(60_000);
  });

  it('lets a narrowed client pass again with a newer token', async () => {
    gateway.revoked = [{ clientId: 'narrowed', tokensNotBefore: new Date(Date.now() - 60_000).toISOString() }];
    await gateway.readRevocations();
    expect((await gateway.send(path, { headers: await gateway.as({ clientId: 'narrowed' }) })).status).toBe(200);
  });

  it.each([
    ['GET', '/registers/v1/classifiers/isced-f', 200],
    ['HEAD', '/registers/v1/classifiers/isced-f', 200],
    ['GET', '/registers/v1/classifiers/isced-f?lang=lt', 200],
    ['POST', '/registers/v1/verifications', 200],
    ['GET', '/oauth/jwks', 200],
    ['POST', '/oauth/token', 200],
    ['GET', '/.well-known/openid-configuration', 200],
    ['GET', '/registers/v1/classifiers/changes', 401],
    ['DELETE', '/registers/v1/classifiers/isced-f', 401],
    ['GET', '/registers/v1/classifiers/isced-f/more', 401],
    ['GET', '/registers/v1/verifications', 401],
    ['GET', '/registers/v1/nothing', 401],
    ['GET', '/identity/v1/clients', 401],
  ])('answers %s %s without a token with %i', async (method, url, status) => {
    expect((await gateway.send(url, { method })).status).toBe(status);
  });

  it('reads the revocations with a token of its own', async () => {
    await gateway.readRevocations();
    expect(gateway.identity.seen.at(-1)?.headers.authorization).toBe('Bearer own');
  });
});

describe('tokens of the issuer that are not for now or not for us', () => {
  const gateway = startGateway({ AUTH_JWKS: ownKeys });
  const status = async (claims: object = {}, header: object = {}): Promise<number> => {
    const headers = { authorization: `Bearer ${await forged(own.privateKey, claims, header)}` };
    return (await gateway.send(path, { headers })).status;
  };
  const soon = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;

  it('are told from the right one', async () => {
    expect(await status()).toBe(200);
  });

  it.each<[string, object, object?]>([
    ['expired', { exp: soon(-60) }],
    ['not yet valid', { nbf: soon(300) }],
    ['of another issuer', { iss: 'http://evil.test' }],
    ['for another audience', { aud: 'urn:another:api' }],
    ['without expiry', { exp: undefined }],
    ['without client', { client_id: undefined }],
    ['an ID token', {}, { typ: 'JWT' }],
    ['under an unknown kid', {}, { kid: 'other' }],
  ])('%s: 401', async (_, claims, header = {}) => {
    expect(await status(claims, header)).toBe(401);
  });
});
