import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { ClientKey } from '../src/clients/client-key.entity.js';
import { secretMatches } from '../src/clients/client-secret.js';
import { Client } from '../src/clients/client.entity.js';
import { identity } from '../src/data-source.js';
import { aClient, admin, aKey, anRsaKey, askToken, environment } from './builders.js';

describe('API clients', () => {
  const api = startService(identity, features, environment);
  const register = async (facts: Parameters<typeof aClient>[0] = {}) =>
    (await api.as(admin).post('/clients', aClient(facts)).expect(201)).body;

  it('registers a client, shows its secret, keeps only a hash of it and announces the client', async () => {
    const body = aClient();
    const { body: created, headers } = await api.as(admin).post('/clients', body).expect(201);
    expect(created).toMatchObject({ ...body, version: 1, state: 'ACTIVE', national: false });
    expect(headers['etag']).toBe('"1"');
    expect(created.secret).toMatch(/^[\w-]{43}$/);
    const stored = await api.db.manager.findOneByOrFail(Client, { id: created.clientId });
    expect(stored).toMatchObject({ name: body.name, scopes: body.scopes, institutions: body.institutions });
    const key = await api.db.manager.findOneByOrFail(ClientKey, { id: created.keyId });
    expect(secretMatches(created.secret, key.secretHash ?? '')).toBe(true);
    const dump = await api.db.query(
      'SELECT c::text AS row FROM client_key c UNION ALL SELECT i::text FROM idempotency_key i',
    );
    expect(JSON.stringify(dump)).not.toContain(created.secret);
    expect((await api.events()).filter(({ key: id }) => id === created.clientId)).toEqual([
      {
        type: 'identity.client.registered.v1',
        key: created.clientId,
        version: 1,
        payload: { clientId: created.clientId, version: 1, state: 'ACTIVE' },
      },
    ]);
  });

  it('answers the same, secret and all, when the request is repeated', async () => {
    const body = aClient();
    const key = { 'idempotency-key': randomUUID() };
    const first = await api.as(admin).post('/clients', body, key).expect(201);
    const again = await api.as(admin).post('/clients', body, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('registers a client with a public key and gives no secret', async () => {
    const { publicKey } = aKey('2026');
    const created = await register({ authMethod: 'private_key_jwt', publicKey });
    expect(created.secret).toBeUndefined();
    expect(created.keys).toEqual([
      { keyId: created.keyId, createdAt: expect.any(String), publicKey: { ...publicKey, alg: 'ES256', use: 'sig' } },
    ]);
  });

  it.each([
    ['an unknown scope', aClient({ scopes: ['registers.everything:read'] }), '/scopes UNKNOWN_SCOPE'],
    ['no scope', aClient({ scopes: [] }), '/scopes ARRAY_MIN_SIZE'],
    ['both the country and institutions', aClient({ national: true }), '/institutions ONE_REACH'],
    ['neither the country nor an institution', aClient({ institutions: [] }), '/institutions ONE_REACH'],
    ['an institution that is no id', aClient({ institutions: ['1'] }), '/institutions IS_UUID'],
    ['a secret and a key', aClient({ publicKey: aKey().publicKey }), '/publicKey PUBLIC_KEY'],
    ['neither secret nor key', aClient({ authMethod: 'private_key_jwt' }), '/publicKey PUBLIC_KEY'],
    [
      'a short RSA key',
      aClient({ authMethod: 'private_key_jwt', publicKey: anRsaKey(1_024).publicKey }),
      '/publicKey KEY_SIZE',
    ],
    [
      'a point that is not on the curve',
      aClient({ authMethod: 'private_key_jwt', publicKey: { ...aKey().publicKey, x: 'AAAA' } }),
      '/publicKey KEY_VALUE',
    ],
    [
      'a private key',
      aClient({ authMethod: 'private_key_jwt', publicKey: { ...aKey().publicKey, d: 'AAAA' } as never }),
      '/publicKey/d UNKNOWN',
    ],
  ])('refuses %s', async (_, body, fault) => {
    const { body: problem } = await api.as(admin).post('/clients', body).expect(422);
    expect(problem.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toContain(fault);
  });

  it('takes null for an optional field as not said', async () => {
    const body = { ...aClient(), national: null };
    const { body: created } = await api.as(admin).post('/clients', body).expect(201);
    expect(created.national).toBe(false);
    const { body: problem } = await api
      .as(admin)
      .post('/clients', { ...aClient(), institutions: null })
      .expect(422);
    expect(problem.type).toBe('urn:meistras:problem:identity:reach');
  });

  it('lists clients by id in pages, and by state', async () => {
    const { clientId } = await register();
    await api.as(admin).post(`/clients/${clientId}/revoke`).expect(200);
    await register();
    const ids: string[] = [];
    let path: string | undefined = '/clients?limit=2';
    while (path !== undefined) {
      const page: Response = await api.as(admin).get(path).expect(200);
      ids.push(...page.body.items.map((client: { clientId: string }) => client.clientId));
      path = /<\/identity\/v1(.*)>/.exec(page.headers['link'] ?? '')?.[1];
    }
    expect(ids).toEqual([...new Set(ids)].sort());
    expect(ids).toHaveLength(await api.db.manager.count(Client));
    const { body: revoked } = await api.as(admin).get('/clients?state=REVOKED').expect(200);
    expect(revoked.items).toMatchObject([{ clientId, state: 'REVOKED' }]);
  });

  it('shows one client with its live keys and never a secret', async () => {
    const { clientId, keyId } = await register();
    const { body, headers } = await api.as(admin).get(`/clients/${clientId}`).expect(200);
    expect(body).toMatchObject({ clientId, version: 1, keys: [{ keyId }] });
    expect(JSON.stringify(body)).not.toContain('ecret"');
    expect(headers['etag']).toBe('"1"');
    await api.as(admin).get('/clients/nobody').expect(404);
  });

  it('replaces the facts of a client and announces it', async () => {
    const { clientId } = await register();
    const facts = { name: 'Kita sistema', scopes: ['monitoring.indicators:read'], national: true };
    const { body } = await api.as(admin).put(`/clients/${clientId}`, facts, { 'if-match': '"1"' }).expect(200);
    expect(body).toMatchObject({ ...facts, institutions: [], version: 2 });
    expect(await api.db.manager.findOneBy(Client, { id: clientId })).toMatchObject({ ...facts, version: 2 });
    expect((await api.events()).at(-1)).toMatchObject({
      type: 'identity.client.changed.v1',
      key: clientId,
      version: 2,
    });
    await api.as(admin).put(`/clients/${clientId}`, facts).expect(428);
    await api.as(admin).put(`/clients/${clientId}`, facts, { 'if-match': '"1"' }).expect(412);
  });

  it('keeps two live keys at most and never removes the last one', async () => {
    const { clientId, keyId, secret } = await register();
    const { body: second } = await api.as(admin).post(`/clients/${clientId}/keys`, {}).expect(201);
    expect(second).toMatchObject({ version: 2, keys: [{ keyId }, { keyId: second.keyId }] });
    const { body: third } = await api.as(admin).post(`/clients/${clientId}/keys`, {}).expect(409);
    expect(third.type).toBe('urn:meistras:problem:identity:two-live-keys');
    await askToken(api.app, [clientId, secret]).expect(200);
    await askToken(api.app, [clientId, second.secret]).expect(200);

    await api.as(admin).delete(`/clients/${clientId}/keys/${keyId}`).expect(428);
    await api.as(admin).delete(`/clients/${clientId}/keys/${keyId}`, { 'if-match': '"2"' }).expect(204);
    await askToken(api.app, [clientId, secret]).expect(401);
    await askToken(api.app, [clientId, second.secret]).expect(200);
    const last = `/clients/${clientId}/keys/${second.keyId}`;
    const { body: refused } = await api.as(admin).delete(last, { 'if-match': '"3"' }).expect(409);
    expect(refused.type).toBe('urn:meistras:problem:identity:last-live-key');
    await api.as(admin).delete(`/clients/${clientId}/keys/${keyId}`, { 'if-match': '"3"' }).expect(404);
    expect((await api.events()).filter(({ key }) => key === clientId).map(({ version }) => version)).toEqual([1, 2, 3]);
  });

  it('refuses to add the key that the client already has', async () => {
    const { publicKey } = aKey();
    const { clientId } = await register({ authMethod: 'private_key_jwt', publicKey });
    await api
      .as(admin)
      .post(`/clients/${clientId}/keys`, { publicKey: { ...publicKey, kid: 'other' } })
      .expect(409);
    await api.as(admin).post(`/clients/${clientId}/keys`, {}).expect(422);
    await api.as(admin).post(`/clients/${clientId}/keys`, { publicKey: aKey().publicKey }).expect(201);
  });

  it('revokes a client for good, once, and gives it no token any more', async () => {
    const { clientId, secret } = await register();
    const { body } = await api.as(admin).post(`/clients/${clientId}/revoke`).expect(200);
    expect(body).toMatchObject({ state: 'REVOKED', version: 2, revokedAt: expect.any(String) });
    const { body: again } = await api.as(admin).post(`/clients/${clientId}/revoke`).expect(200);
    expect(again).toEqual(body);
    expect((await api.events()).filter(({ key }) => key === clientId).map(({ type }) => type)).toEqual([
      'identity.client.registered.v1',
      'identity.client.revoked.v1',
    ]);
    await askToken(api.app, [clientId, secret]).expect(401);
    await api
      .as(admin)
      .put(`/clients/${clientId}`, { name: 'X', scopes: body.scopes, national: true }, { 'if-match': '"2"' })
      .expect(409);
    await api.as(admin).post(`/clients/${clientId}/keys`, {}).expect(409);
  });
});
