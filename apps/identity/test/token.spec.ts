import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import supertest from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { testAudience, testIssuer } from '@meistras/testing/tokens';
import { features } from '../src/app.module.js';
import { identity } from '../src/data-source.js';
import { aClient, admin, aKey, anAssertion, anRsaKey, askToken, environment } from './builders.js';

describe('POST /oauth/token', () => {
  const api = startService(identity, features, environment);
  const register = async (facts: Parameters<typeof aClient>[0] = {}) =>
    (await api.as(admin).post('/clients', aClient(facts)).expect(201)).body;
  const get = (path: string) => supertest(api.app.getHttpServer()).get(path);
  const claimsOf = async (token: string) => {
    const { body } = await get('/oauth/jwks').expect(200);
    return jwtVerify(token, createLocalJWKSet(body), {
      issuer: testIssuer,
      audience: testAudience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
  };

  it('gives a token of RFC 9068 for a secret, with all scopes of the client when none are asked', async () => {
    const { clientId, secret, scopes, institutions } = await register();
    const { body, headers } = await askToken(api.app, [clientId, secret]).expect(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: scopes.join(' ') });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['x-request-id']).toBeDefined();
    const { payload, protectedHeader } = await claimsOf(body.access_token);
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toMatchObject({
      iss: testIssuer,
      aud: testAudience,
      sub: clientId,
      client_id: clientId,
      scope: scopes.join(' '),
      institutions,
      national: false,
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(600);
    expect(payload.jti).toBeDefined();
  });

  it.each([
    ['ES256', aKey()],
    ['RS256', anRsaKey()],
  ])('gives a token for an assertion signed with %s', async (_, key) => {
    const { clientId } = await register({
      authMethod: 'private_key_jwt',
      publicKey: key.publicKey,
      national: true,
      institutions: [],
    });
    const { body } = await askToken(api.app, await anAssertion(clientId, key)).expect(200);
    expect((await claimsOf(body.access_token)).payload).toMatchObject({ national: true, institutions: [] });
  });

  it('names the municipalities of a client that reads their area', async () => {
    const { clientId, secret, municipalities } = await register({ institutions: [], municipalities: ['LT-16'] });
    expect(municipalities).toEqual(['LT-16']);
    const { body } = await askToken(api.app, [clientId, secret]).expect(200);
    const { payload } = await claimsOf(body.access_token);
    expect(payload).toMatchObject({ national: false, institutions: [], municipalities: ['LT-16'] });
  });

  it('R-REG-18: is for no municipality that could write learners', async () => {
    const scopes = ['registers.learners:read', 'registers.learners:write'];
    const facts = aClient({ institutions: [], municipalities: ['LT-16'], scopes });
    const { body } = await api.as(admin).post('/clients', facts).expect(422);
    expect(body).toMatchObject({
      type: 'urn:meistras:problem:identity:municipality-reads',
      errors: [{ pointer: '/scopes/1', code: 'NOT_FOR_MUNICIPALITIES' }],
    });
  });

  it('cuts the asked scopes to those of the client, and refuses when none is left', async () => {
    const { clientId, secret } = await register();
    const scope = 'registers.learners:read finance.entries:write';
    const { body } = await askToken(api.app, [clientId, secret], { scope }).expect(200);
    expect(body.scope).toBe('registers.learners:read');
    expect((await claimsOf(body.access_token)).payload['scope']).toBe('registers.learners:read');
    const { body: none } = await askToken(api.app, [clientId, secret], { scope: 'finance.entries:write' }).expect(400);
    expect(none.error).toBe('invalid_scope');
  });

  it('follows a change of the client at once', async () => {
    const { clientId, secret, ...client } = await register();
    await askToken(api.app, [clientId, secret]).expect(200);
    const facts = { name: client.name, scopes: ['monitoring.indicators:read'], national: true };
    await api.as(admin).put(`/clients/${clientId}`, facts, { 'if-match': '"1"' }).expect(200);
    const { body } = await askToken(api.app, [clientId, secret]).expect(200);
    expect((await claimsOf(body.access_token)).payload).toMatchObject({ scope: facts.scopes[0], national: true });
  });

  it('refuses a wrong secret, the stored hash, another client’s secret and an unknown client', async () => {
    const { clientId, secret } = await register();
    const other = await register();
    const [{ secret_hash: hash }] = await api.db.query('SELECT secret_hash FROM client_key WHERE client_id = $1', [
      clientId,
    ]);
    for (const wrong of ['nonsense', hash, other.secret, secret.slice(1), `${secret} `]) {
      const { body } = await askToken(api.app, [clientId, wrong]).expect(401);
      expect(body.error).toBe('invalid_client');
    }
    await askToken(api.app, [randomUUID(), secret]).expect(401);
  });

  it('takes an assertion once, also when copies arrive at the same time', async () => {
    const key = aKey();
    const { clientId } = await register({ authMethod: 'private_key_jwt', publicKey: key.publicKey });
    const assertion = await anAssertion(clientId, key);
    const answers = await Promise.all(Array.from({ length: 8 }, () => askToken(api.app, assertion)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(401)]);
  });

  describe('refuses an assertion', () => {
    const key = aKey('mine');
    const soon = (seconds: number): number => Math.floor(Date.now() / 1_000) + seconds;
    const another = aKey('mine');
    it.each<[string, (id: string) => Promise<string>]>([
      ['signed by another key', (id) => anAssertion(id, another)],
      ['with an unknown kid', (id) => anAssertion(id, key, { header: { kid: 'other' } })],
      ['with a key of its own in the header', (id) => anAssertion(id, another, { header: { jwk: another.publicKey } })],
      ['for another audience', (id) => anAssertion(id, key, { claims: { aud: 'https://elsewhere.test' } })],
      ['without audience', (id) => anAssertion(id, key, { claims: { aud: undefined } })],
      [
        'for the Host that the request names',
        (id) => anAssertion(id, key, { claims: { aud: 'http://127.0.0.1/oauth/token' } }),
      ],
      ['that has expired', (id) => anAssertion(id, key, { claims: { exp: soon(-60) } })],
      ['that never expires', (id) => anAssertion(id, key, { claims: { exp: undefined } })],
      ['that lives for a day', (id) => anAssertion(id, key, { claims: { exp: soon(86_400) } })],
      ['that is not valid yet', (id) => anAssertion(id, key, { claims: { nbf: soon(120) } })],
      ['without an id', (id) => anAssertion(id, key, { claims: { jti: undefined } })],
      ['of another issuer', (id) => anAssertion(id, key, { claims: { iss: 'somebody' } })],
    ])('%s', async (_, forge) => {
      const { clientId } = await register({ authMethod: 'private_key_jwt', publicKey: key.publicKey });
      const { body } = await askToken(api.app, await forge(clientId)).expect(401);
      expect(body.error).toBe('invalid_client');
    });
  });

  it('has no other grant, no other resource and no other method of authentication', async () => {
    const { clientId, secret } = await register();
    const ask = (params: Record<string, string>) => askToken(api.app, [clientId, secret], params);
    expect((await ask({ grant_type: 'password' }).expect(400)).body.error).toBe('unsupported_grant_type');
    expect((await ask({ grant_type: 'authorization_code' }).expect(400)).body.error).toBe('unsupported_grant_type');
    expect((await ask({ resource: 'urn:another:api' }).expect(400)).body.error).toBe('invalid_target');
    await supertest(api.app.getHttpServer())
      .post('/oauth/token')
      .type('form')
      .send({ grant_type: 'client_credentials', client_id: clientId, client_secret: secret })
      .expect((answer) => expect([400, 401]).toContain(answer.status));
    for (const path of ['/auth', '/oauth/auth', '/session/end', '/oauth/token/introspection', '/me'])
      await get(path).expect(404);
  });

  it('describes itself under its own issuer whatever Host is asked', async () => {
    for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
      const { body } = await get(path).set('host', 'evil.test').expect(200);
      expect(body).toMatchObject({
        issuer: testIssuer,
        token_endpoint: `${testIssuer}/oauth/token`,
        jwks_uri: `${testIssuer}/oauth/jwks`,
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
        token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256'],
      });
      expect(body.scopes_supported).toContain('registers.learners:read');
      expect(body.authorization_endpoint).toBeUndefined();
    }
  });

  it('publishes public keys alone and keeps the private ones sealed', async () => {
    const { body } = await get('/oauth/jwks').expect(200);
    expect(body.keys).toHaveLength(1);
    expect(body.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig' });
    expect(body.keys[0].d).toBeUndefined();
    const [{ row }] = await api.db.query('SELECT s::text AS row FROM signing_key s');
    expect(row).not.toContain('"d"');
    const { clientId, secret } = await register();
    const { body: answer } = await askToken(api.app, [clientId, secret]).expect(200);
    expect(decodeProtectedHeader(answer.access_token).kid).toBe(body.keys[0].kid);
  });
});
