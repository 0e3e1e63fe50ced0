import { beforeAll, describe, expect, it } from '@jest/globals';
import { anInstitution, aProgramme, registrar, startRegisters } from './builders.js';

describe.each([
  ['institutions', anInstitution],
  ['programmes', aProgramme],
])('%s for everybody', (resource, make) => {
  const api = startRegisters();
  let id: string;
  beforeAll(async () => {
    const { body } = await api.as(registrar).post(`/${resource}`, make()).expect(201);
    id = body.id as string;
  });

  it('are read without a token, kept by caches for a minute, and not sent again unchanged', async () => {
    for (const path of [`/${resource}`, `/${resource}/${id}/history`]) {
      const { headers } = await api.anonymous().get(path).expect(200);
      expect(headers['cache-control']).toBe('public, max-age=60');
      await api
        .anonymous()
        .get(path, { 'if-none-match': String(headers['etag']) })
        .expect(304);
    }
    await api.anonymous().get(`/${resource}/${id}`, { 'if-none-match': '"1"' }).expect(304);
  });

  it.each(['changes', 'export'])('give their %s to clients alone', async (whole) => {
    await api.anonymous().get(`/${resource}/${whole}`).expect(401);
  });
});
