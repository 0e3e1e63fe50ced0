import { beforeAll, describe, expect, it } from '@jest/globals';
import { anInstitution, faultsOf, registrar, startRegisters } from './builders.js';

describe('GET /institutions/export', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  const linesOf = (text: string): unknown[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

  beforeAll(async () => {
    api.clock.set('2026-01-10T10:00:00.123Z');
    const facts = { validFrom: '2025-09-01', latitude: 54.5, countyCode: 'LT-KU', address: 'A \\ "B"\tC' };
    for (const name of ['Pirma „Ąžuolo“', '=2+2', 'Su\nnauja eilute, ir kabliais'])
      await client()
        .post('/institutions', anInstitution({ name, ...facts }))
        .expect(201);
    const { body } = await client().get('/institutions?limit=1').expect(200);
    const change = { name: 'Nauja', validFrom: '2026-01-01', reason: 'Late notice' };
    await client().put(`/institutions/${body.items[0].id}`, change, { 'if-match': '"1"' }).expect(200);
  });

  it.each(['', 'validOn=2025-12-31', 'validOn=2026-01-05&knownOn=2026-01-10', 'validOn=2024-01-01'])(
    'streams what the list answers, asked with "%s"',
    async (query) => {
      const { body: listed } = await client().get(`/institutions?${query}`).expect(200);
      const { text, headers } = await client().get(`/institutions/export?${query}`).expect(200);
      expect(headers['content-type']).toBe('application/x-ndjson');
      expect(linesOf(text)).toEqual(listed.items);
    },
  );

  it('zips for a client that accepts it', async () => {
    const plain = await client().get('/institutions/export', { 'accept-encoding': 'identity' }).expect(200);
    const zipped = await client().get('/institutions/export', { 'accept-encoding': 'gzip' }).expect(200);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.text).toBe(plain.text);
  });

  it('makes a table in which no text is a formula', async () => {
    const { text, headers } = await client().get('/institutions/export?format=csv').expect(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(text.split('\n')[0]?.split(',')).toEqual(expect.arrayContaining(['id', 'codeScheme', 'code', 'validFrom']));
    expect(text).toContain(",'=2+2,");
    expect(text).not.toContain(',=2+2,');
  });

  it('refuses another format', async () => {
    const { body } = await client().get('/institutions/export?format=xls').expect(400);
    expect(faultsOf(body)).toEqual(['?format IS_IN']);
  });
});
