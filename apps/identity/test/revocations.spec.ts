import { describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { identity } from '../src/data-source.js';
import { aClient, admin, environment } from './builders.js';

describe('GET /revocations', () => {
  const api = startService(identity, features, environment);
  const list = async (query = '') => (await api.as(admin).get(`/revocations${query}`).expect(200)).body;

  it('names revoked and narrowed clients for as long as a token of theirs may live', async () => {
    api.clock.set('2026-09-01T08:00:00.000Z');
    const facts = aClient({ scopes: ['finance.rates:read', 'finance.rates:write'] });
    const [revoked, narrowed, widened] = await Promise.all(
      [1, 2, 3].map(async () => (await api.as(admin).post('/clients', facts).expect(201)).body.clientId as string),
    );
    expect((await list()).items).toEqual([]);

    const change = (id: string | undefined, scopes: string[]) =>
      api
        .as(admin)
        .put(`/clients/${id}`, { name: facts.name, scopes, institutions: facts.institutions }, { 'if-match': '"1"' });
    await change(narrowed, ['finance.rates:read']).expect(200);
    await change(widened, [...facts.scopes, 'finance.entries:read']).expect(200);
    api.clock.set('2026-09-01T08:00:05.000Z');
    await api.as(admin).post(`/clients/${revoked}/revoke`).expect(200);

    expect(await list()).toEqual({
      items: [
        { clientId: narrowed, tokensNotBefore: '2026-09-01T08:00:00.000Z', state: 'ACTIVE' },
        { clientId: revoked, tokensNotBefore: '2026-09-01T08:00:05.000Z', state: 'REVOKED' },
      ],
      asOf: '2026-09-01T08:00:05.000Z',
    });
    expect((await list('?since=2026-09-01T08:00:01.000Z')).items).toMatchObject([{ clientId: revoked }]);
    api.clock.set('2026-09-01T08:10:03.000Z');
    expect((await list()).items).toMatchObject([{ clientId: revoked }]);
    expect((await list('?since=2020-01-01T00:00:00Z')).items).toMatchObject([{ clientId: revoked }]);
    api.clock.set('2026-09-01T08:10:06.000Z');
    expect((await list()).items).toEqual([]);
  });

  it('refuses a time that is none', async () => {
    await api.as(admin).get('/revocations?since=yesterday').expect(400);
  });
});
