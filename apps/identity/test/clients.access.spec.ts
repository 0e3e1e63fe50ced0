import { describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import type { CallerApi } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { identity } from '../src/data-source.js';
import { aClient, admin, environment } from './builders.js';

const id = 'demo';
const key = '0198c0de-0000-7000-8000-000000000001';
const operations: [string, 'read' | 'write', (api: CallerApi) => PromiseLike<{ status: number }>][] = [
  ['GET /clients', 'read', (api) => api.get('/clients')],
  ['GET /clients/{id}', 'read', (api) => api.get(`/clients/${id}`)],
  ['GET /revocations', 'read', (api) => api.get('/revocations')],
  ['POST /clients', 'write', (api) => api.post('/clients', aClient())],
  ['PUT /clients/{id}', 'write', (api) => api.put(`/clients/${id}`, aClient(), { 'if-match': '"1"' })],
  ['POST /clients/{id}/keys', 'write', (api) => api.post(`/clients/${id}/keys`, {})],
  ['DELETE /clients/{id}/keys/{keyId}', 'write', (api) => api.delete(`/clients/${id}/keys/${key}`)],
  ['POST /clients/{id}/revoke', 'write', (api) => api.post(`/clients/${id}/revoke`)],
];

describe('access to the API clients', () => {
  const api = startService(identity, features, environment);

  it.each(operations)('%s is closed without a token', async (_, _scope, send) => {
    expect((await send(api.anonymous())).status).toBe(401);
  });

  it.each(operations)('%s needs its scope', async (_, scope, send) => {
    const other = scope === 'read' ? 'identity.clients:write' : 'identity.clients:read';
    expect((await send(api.as({ scopes: [other], national: true }))).status).toBe(403);
  });

  it.each(operations)('%s is closed to clients of one institution', async (_, _scope, send) => {
    expect((await send(api.as({ scopes: admin.scopes, institutions: [key] }))).status).toBe(403);
  });

  it.each(operations)('%s is open to a national client with the scope', async (_, _scope, send) => {
    expect([401, 403]).not.toContain((await send(api.as(admin))).status);
  });
});
