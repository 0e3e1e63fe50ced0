import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Test } from 'supertest';
import { startService } from '@meistras/testing/start-service';
import { features, sample } from './sample/things.js';

const own = '0198c0de-0000-7000-8000-000000000001';
const foreign = '0198c0de-0000-7000-8000-000000000002';
const school = { scopes: ['sample.things:read', 'sample.things:write'], institutions: [own] };
const aThing = { name: 'bench', size: 3 };

describe('a request', () => {
  const api = startService(sample, features);
  const post = (body: string | object, headers = {}): Test =>
    api.as(school).post('/things', body, { 'content-type': 'application/json', ...headers });

  it.each<[string, number, string, () => Test]>([
    ['without a body', 400, 'malformed-json', () => post('')],
    ['with torn JSON', 400, 'malformed-json', () => post('{"name":')],
    ['with a body that is no object', 422, 'invalid-input', () => post('[]')],
    ['with a NUL in its text', 400, 'nul-character', () => post('{"name":"a\\u0000b","size":1}')],
    ['with a lone surrogate', 400, 'invalid-unicode', () => post('{"name":"\\ud800","size":1}')],
    ['nested too deep', 400, 'too-deep', () => post(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
    ['with a forbidden key', 400, 'malformed-json', () => post('{"__proto__":{"size":1}}')],
    ['larger than 1 MiB', 413, 'payload-too-large', () => post(`{"name":"${'x'.repeat(1_100_000)}"}`)],
    ['of an unknown media type', 415, 'unsupported-media-type', () => post('<a/>', { 'content-type': 'text/xml' })],
    ['with an unknown query parameter', 400, 'invalid-parameter', () => api.as(school).get('/things?colour=red')],
    ['with a malformed cursor', 400, 'cursor', () => api.as(school).get('/things?after=%7B%7D')],
    [
      'with a cursor of another list',
      400,
      'cursor',
      () => api.as(school).get(`/things?after=${Buffer.from('["a","b"]').toString('base64url')}`),
    ],
    ['with a limit out of bounds', 400, 'invalid-parameter', () => api.as(school).get('/things?limit=501')],
    ['with a NUL in its address', 400, 'nul-character', () => api.as(school).get('/things?after=%00')],
    ['with an id that is none', 400, 'bad-request', () => api.as(school).get('/things/17')],
    ['for something that is not there', 404, 'not-found', () => api.as(school).get(`/things/${randomUUID()}`)],
    ['to an address that is not there', 404, 'not-found', () => api.as(school).get('/nothing')],
    [
      'to an address that is not well formed',
      400,
      'malformed-url',
      () => api.as(school).get('/things/50905149902%E0%A4'),
    ],
    [
      'to a very long address',
      414,
      'address-too-long',
      () => api.as(school).get(`/things/${'50905149902'.repeat(19)}`),
    ],
    ['without an Idempotency-Key', 400, 'idempotency-key', () => post(aThing, { 'idempotency-key': '' })],
    ['without If-Match', 428, 'if-match-missing', () => api.as(school).put(`/things/${randomUUID()}`, aThing)],
    [
      'with a weak If-Match',
      400,
      'if-match',
      () => api.as(school).put(`/things/${randomUUID()}`, aThing, { 'if-match': 'W/"1"' }),
    ],
    ['without a token', 401, 'unauthenticated', () => api.anonymous().get('/things')],
    ['without the scope', 403, 'scope-missing', () => api.as({ scopes: [] }).get('/things')],
    ['to an operation without a rule', 403, 'closed', () => api.as(school).get('/things/unruled')],
    ['about a foreign institution', 404, 'not-found', () => post({ ...aThing, institutionId: foreign })],
  ])('%s is refused with %i %s', async (_, status, code, send) => {
    const { body, headers } = await send().expect(status);
    expect(headers['content-type']).toMatch('application/problem+json');
    expect(body).toMatchObject({
      type: `urn:meistras:problem:sample:${code}`,
      status,
      requestId: headers['x-request-id'],
    });
    expect(body.detail).not.toMatch(/SELECT|INSERT|node_modules|50905149902/);
  });

  it('with a body that is not UTF-8 is refused', async () => {
    const body = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('","size":1}')]);
    const request = api.as(school).post('/things', undefined, { 'content-type': 'application/json' });
    const { body: problem } = await request
      .serialize((value: unknown) => value as string)
      .send(body as never)
      .expect(400);
    expect(problem.type).toBe('urn:meistras:problem:sample:invalid-utf8');
  });

  it('with many faults lists all of them', async () => {
    const { body } = await post({ name: 7, size: -1, institutionId: 'x', colour: 'red' }).expect(422);
    const found = (body.errors as { pointer: string; code: string }[]).map(({ pointer, code }) => `${pointer} ${code}`);
    expect(found).toEqual(
      expect.arrayContaining(['/name IS_STRING', '/size MIN', '/institutionId IS_UUID', '/colour UNKNOWN']),
    );
  });

  it('carries the request id of its sender', async () => {
    const { headers } = await api.as(school).get('/things', { 'x-request-id': 'mine-1' }).expect(200);
    expect(headers['x-request-id']).toBe('mine-1');
  });
});

describe('a creating request', () => {
  const api = startService(sample, features);

  it('sent ten times at once has one effect', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const name = 'only one';
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api
          .as(school)
          .post('/things', { name, size: 1 }, headers)
          .then((answer) => answer),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    const again = await api.as(school).post('/things', { name, size: 1 }, headers).expect(201);
    expect(again.headers['idempotent-replayed']).toBe('true');
    const things: unknown[] = await api.db.query('SELECT id FROM thing WHERE name = $1', [name]);
    expect(things).toEqual([{ id: again.body.id }]);
    expect(await api.events()).toHaveLength(1);
  });

  it('with a key used for another body is refused', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    await api.as(school).post('/things', aThing, headers).expect(201);
    const { body } = await api
      .as(school)
      .post('/things', { ...aThing, size: 4 }, headers)
      .expect(422);
    expect(body.type).toBe('urn:meistras:problem:sample:idempotency-key-reused');
  });

  it('of another client may use the same key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const first = await api.as(school).post('/things', aThing, headers).expect(201);
    const other = await api
      .as({ ...school, clientId: 'another-client' })
      .post('/things', aThing, headers)
      .expect(201);
    expect(other.body.id).not.toBe(first.body.id);
  });
});

describe('a changing request', () => {
  const api = startService(sample, features);

  it('changes what was read, and is refused when somebody was faster', async () => {
    const { body: thing } = await api.as(school).post('/things', aThing).expect(201);
    const change = { name: 'bench', size: 9 };
    const { headers } = await api.as(school).put(`/things/${thing.id}`, change, { 'if-match': '"1"' }).expect(200);
    expect(headers['etag']).toBe('"2"');
    const { body: stale } = await api.as(school).put(`/things/${thing.id}`, change, { 'if-match': '"1"' }).expect(412);
    expect(stale.type).toBe('urn:meistras:problem:sample:stale');
    await api.as(school).get(`/things/${thing.id}`, { 'if-none-match': '"2"' }).expect(304);
  });
});

describe('a list', () => {
  const api = startService(sample, features);

  it('pages through everything once, in a stable order', async () => {
    for (let i = 0; i < 7; i += 1)
      await api
        .as(school)
        .post('/things', { name: `thing ${i}`, size: i })
        .expect(201);
    const seen: string[] = [];
    let path: string | undefined = '/things?limit=3';
    while (path !== undefined) {
      const { body, headers } = await api.as(school).get(path).expect(200);
      seen.push(...(body.items as { name: string }[]).map(({ name }) => name));
      const next = /<\/sample\/v1(.*)>; rel="next"/.exec(headers['link'] ?? '');
      expect(next !== null).toBe(body.next !== undefined);
      path = next?.[1];
    }
    expect(seen).toEqual(['thing 0', 'thing 1', 'thing 2', 'thing 3', 'thing 4', 'thing 5', 'thing 6']);
  });
});
