import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { identity } from '../src/data-source.js';
import { askToken, environment } from './builders.js';
import { ClientSeed } from '../src/clients/client-seed.service.js';

describe('GET /me with a token of our own', () => {
  // The service reads its keys where it publishes them, as every other service does.
  let jwks: Server;
  const settings = { ...environment, AUTH_JWKS: '', AUTH_JWKS_URL: '' };
  beforeAll(async () => {
    jwks = createServer((_, response) => {
      void supertest(api.app.getHttpServer())
        .get('/oauth/jwks')
        .then(({ text }) => response.end(text));
    });
    await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
    settings.AUTH_JWKS_URL = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks`;
  });
  afterAll(() => void jwks.close());
  const api = startService(identity, features, settings);
  const me = (token: string) =>
    supertest(api.app.getHttpServer()).get('/identity/v1/me').set('authorization', `Bearer ${token}`);

  it('says who the client is, what it may do, how often, and until when', async () => {
    const clientSecret = 'a-secret-of-a-demo';
    const seed = { clientId: 'demo', clientSecret, name: 'Demo', scopes: ['finance.rates:read'], national: true };
    await api.app.get(ClientSeed, { strict: false }).plant([seed]);
    const { body: answer } = await askToken(api.app, ['demo', clientSecret]).expect(200);
    const { body } = await me(answer.access_token).expect(200);
    expect(body).toEqual({
      clientId: 'demo',
      scopes: ['finance.rates:read'],
      national: true,
      institutions: [],
      limits: { requests: { perSecond: 500, burst: 1_000 }, bulk: { perSecond: 20, burst: 40 } },
      tokenExpiresAt: expect.any(String),
    });
    const seconds = (Date.parse(body.tokenExpiresAt) - Date.now()) / 1_000;
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
  });
});
