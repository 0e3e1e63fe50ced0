import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { ClientSeed } from '../src/clients/client-seed.service.js';
import { Client } from '../src/clients/client.entity.js';
import { identity } from '../src/data-source.js';
import { askToken, environment } from './builders.js';

describe('seeding the first clients', () => {
  const api = startService(identity, features, environment);
  const plant = (...list: unknown[]) => api.app.get(ClientSeed, { strict: false }).plant(list);
  const aSeed = (facts: object = {}) => ({
    clientId: `demo-${randomUUID()}`,
    clientSecret: 'a-secret-of-a-demo',
    name: 'Demo',
    scopes: ['registers.institutions:read'],
    national: true,
    institutions: [],
    ...facts,
  });

  it('registers clients with the given secrets and announces them', async () => {
    const seed = aSeed();
    expect(await plant(seed)).toEqual([[seed.clientId, 'registered']]);
    await askToken(api.app, [seed.clientId, seed.clientSecret]).expect(200);
    expect(await api.events()).toMatchObject([
      { type: 'identity.client.registered.v1', key: seed.clientId, version: 1 },
    ]);
  });

  it('changes nothing the second time', async () => {
    const seed = aSeed();
    await plant(seed);
    const before = (await api.events()).length;
    expect(await plant(seed)).toEqual([[seed.clientId, 'unchanged']]);
    expect(await api.events()).toHaveLength(before);
  });

  it('takes over changed facts and a changed secret', async () => {
    const seed = aSeed();
    await plant(seed);
    const next = { ...seed, clientSecret: 'another-secret-of-a-demo', scopes: ['registers.institutions:write'] };
    expect(await plant(next)).toEqual([[seed.clientId, 'changed']]);
    await askToken(api.app, [seed.clientId, seed.clientSecret]).expect(401);
    const { body } = await askToken(api.app, [seed.clientId, next.clientSecret]).expect(200);
    expect(body.scope).toBe('registers.institutions:write');
  });

  it.each([
    ['an unknown scope', { scopes: ['everything'] }],
    ['a short secret', { clientSecret: 'short' }],
    ['an id with spaces', { clientId: 'a b c' }],
    ['a field that nobody knows', { colour: 'red' }],
  ])('plants nothing when one client has %s', async (_, fault) => {
    const good = aSeed();
    await expect(plant(good, aSeed(fault))).rejects.toThrow('[1]');
    expect(await api.db.manager.findOneBy(Client, { id: good.clientId })).toBeNull();
  });
});
