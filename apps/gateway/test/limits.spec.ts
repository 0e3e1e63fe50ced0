import { beforeEach, describe, expect, it } from '@jest/globals';
import { startGateway } from './gateway-under-test.js';

const path = '/registers/v1/institutions';

describe('rate limits', () => {
  const gateway = startGateway({
    RATE_LIMIT_PER_SECOND: 2,
    RATE_LIMIT_BURST: 3,
    RATE_LIMIT_BULK_PER_SECOND: 1,
    RATE_LIMIT_BULK_BURST: 1,
    RATE_LIMIT_ANONYMOUS_PER_SECOND: 1,
    RATE_LIMIT_ANONYMOUS_BURST: 20,
  });
  const start = Date.now();
  let minutes = 0;
  const at = (seconds: number): void =>
    gateway.clock.set(new Date(start - 300_000 + minutes * 60_000 + seconds * 1_000).toISOString());
  beforeEach(() => {
    // Every bucket has been filled again by the next test.
    minutes += 1;
    at(0);
  });
  const status = async (url: string, headers: Record<string, string>): Promise<number> =>
    (await gateway.send(url, { headers })).status;

  it('are told with every answer and end in 429 with Retry-After', async () => {
    const headers = await gateway.as({ clientId: 'eager' });
    const first = await gateway.send(path, { headers });
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"requests";q=3;w=2', ratelimit: '"requests";r=2;t=1' });
    expect(await status(path, headers)).toBe(200);
    expect(await status(path, headers)).toBe(200);
    const refused = await gateway.send(path, { headers });
    expect(refused).toMatchObject({
      status: 429,
      body: { type: 'urn:meistras:problem:gateway:rate-limit', title: 'Too Many Requests' },
    });
    expect(refused.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"requests";q=3;w=2',
      ratelimit: '"requests";r=0;t=2',
      'content-type': expect.stringContaining('application/problem+json'),
    });
  });

  it('let the client go on as time fills its bucket', async () => {
    const headers = await gateway.as({ clientId: 'patient' });
    for (const expected of [200, 200, 200, 429]) expect(await status(path, headers)).toBe(expected);
    at(0.5);
    for (const expected of [200, 429]) expect(await status(path, headers)).toBe(expected);
    at(30);
    for (const expected of [200, 200, 200, 429]) expect(await status(path, headers)).toBe(expected);
  });

  it('count each client for itself, over all its tokens', async () => {
    const [one, again, other] = await Promise.all([
      gateway.as({ clientId: 'one' }),
      gateway.as({ clientId: 'one', scopes: ['registers.learners:read'] }),
      gateway.as({ clientId: 'two' }),
    ]);
    for (const headers of [one, again, one]) expect(await status(path, headers)).toBe(200);
    expect(await status(path, again)).toBe(429);
    expect(await status(path, other)).toBe(200);
  });

  it.each(['/registers/v1/imports', '/registers/v1/imports/1/errors', '/registers/v1/learners/export'])(
    'keep %s in a lane of its own',
    async (bulk) => {
      const headers = await gateway.as({ clientId: `bulk ${bulk}` });
      expect(await status(bulk, headers)).toBe(200);
      const refused = await gateway.send(bulk, { headers });
      expect(refused.status).toBe(429);
      expect(refused.headers['ratelimit-policy']).toBe('"bulk";q=1;w=1');
      expect(await status(path, headers)).toBe(200);
      expect(await status(`${path}?next=/imports&to=/export`, headers)).toBe(200);
    },
  );

  it('count strangers by address: without a token, with forged ones, and at the token endpoint', async () => {
    const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
    for (let i = 0; i < 10; i++) {
      expect(await status(path, from('192.0.2.1'))).toBe(401);
      expect(await status(path, { ...from('192.0.2.1'), authorization: 'Bearer forged' })).toBe(401);
    }
    expect(await status(path, from('192.0.2.1'))).toBe(429);
    expect(await status(path, { ...from('192.0.2.1'), authorization: 'Bearer forged' })).toBe(429);
    expect(await status('/oauth/jwks', from('192.0.2.1'))).toBe(429);
    expect(await status('/oauth/jwks', from('192.0.2.2'))).toBe(200);
  });

  it('are not escaped by inventing addresses before the proxy’s own', async () => {
    for (let i = 0; i < 20; i++)
      expect(await status('/oauth/jwks', { 'x-forwarded-for': `198.51.100.${i}, 192.0.2.3` })).toBe(200);
    expect(await status('/oauth/jwks', { 'x-forwarded-for': '198.51.100.99, 192.0.2.3' })).toBe(429);
  });
});
