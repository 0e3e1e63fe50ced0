import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { pino } from 'pino';
import { requestIdOf, watchRequests } from '../src/telemetry/http-telemetry.js';

describe('the log line of a request', () => {
  const lines: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(chunk.toString());
      done();
    },
  });
  let url: string;
  const fastify = Fastify({ genReqId: requestIdOf });

  beforeAll(async () => {
    watchRequests(fastify, pino({ level: 'info' }, sink));
    fastify.post('/things', () => ({ name: 'Kanarėlė' }));
    url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => fastify.close());

  it('says who asked for what, and nothing of a person: no body, no query, no token, no X-Road-UserId', async () => {
    await fetch(`${url}/things?code=50905149902`, {
      method: 'POST',
      body: JSON.stringify({ personalCode: '50905149902', familyName: 'Geltonoji' }),
      headers: {
        'content-type': 'application/json',
        ...{ 'x-request-id': 'request-1', 'x-road-client': 'LT/GOV/1', authorization: 'Bearer secret' },
        ...{ 'x-road-userid': 'LT38505051234', 'x-road-issue': 'case-7', 'x-purpose': 'TEACHING' },
      },
    });
    const [line = '', ...others] = lines;
    expect(others).toEqual([]);
    expect(JSON.parse(line)).toMatchObject({
      ...{ requestId: 'request-1', method: 'POST', path: '/things', status: 200 },
      ...{ 'x-road-client': 'LT/GOV/1', 'x-road-issue': 'case-7' },
    });
    for (const canary of ['50905149902', 'Geltonoji', 'Kanarėlė', 'secret', '38505051234'])
      expect(line).not.toContain(canary);
  });
});
