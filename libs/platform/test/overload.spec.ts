import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { startService } from '@meistras/testing/start-service';
import { features, sample } from './sample/things.js';

const caller = { scopes: ['sample.things:read', 'sample.things:write'], national: true };
const things = '/sample/v1/things';

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

interface Answer {
  status: number | undefined;
  headers: IncomingHttpHeaders;
  text: string;
}

describe('a service that has as many requests in hand as it may', () => {
  const api = startService(sample, features, { MAX_REQUESTS_IN_HAND: '2' });
  let url: string;
  let authorization: string;

  beforeAll(async () => {
    await api.app.listen(0, '127.0.0.1');
    url = await api.app.getUrl();
    authorization = `Bearer ${await api.tokenOf(caller)}`;
  });

  /** Each request has a connection of its own. */
  async function send(path: string, { body, headers = {}, ...sent }: Sent = {}): Promise<Answer> {
    const all = { authorization, 'content-type': 'application/json', ...headers };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${url}${path}`, { ...sent, headers: all, agent: false })
        .once('response', resolve)
        .once('error', reject)
        .end(body);
    });
    return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
  }
  const create = (name: string): Promise<Answer> => {
    const headers = { 'idempotency-key': `key-of-${name}` };
    return send(things, { method: 'POST', body: JSON.stringify({ name, size: 1 }), headers });
  };

  /** Two changes of a thing whose row somebody else holds. */
  async function fill(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ holder: QueryRunner; waiting: Promise<Answer>[] }> {
    const { id } = JSON.parse((await create(name)).text) as { id: string };
    const holder = api.db.createQueryRunner();
    await holder.startTransaction();
    await holder.query('SELECT 1 FROM thing WHERE id = $1 FOR UPDATE', [id]);
    const change = (): Promise<Answer> =>
      send(`${things}/${id}`, {
        ...{ method: 'PUT', body: JSON.stringify({ name: 'changed', size: 2 }), headers: { 'if-match': '"1"' } },
        ...(signal ? { signal } : {}),
      });
    const waiting = [change(), change()];
    await api.blocked(2);
    return { holder, waiting };
  }

  async function release(holder: QueryRunner): Promise<void> {
    await holder.commitTransaction();
    await holder.release();
  }

  it('refuses one more with 503 and Retry-After in the shape of every refusal, and does nothing of it', async () => {
    const { holder, waiting } = await fill('saw');
    const refused = await send(things, { headers: { 'x-request-id': 'of-the-caller' } });
    const notCreated = await create('plane');
    await release(holder);
    expect((await Promise.all(waiting)).map(({ status }) => status).sort()).toEqual([200, 412]);

    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.headers['x-request-id']).toBe('of-the-caller');
    expect(JSON.parse(refused.text)).toEqual({
      ...{ type: 'urn:meistras:problem:sample:overloaded', title: 'Service Unavailable', status: 503 },
      ...{ detail: 'Too many requests are in hand. Try again.', instance: things, requestId: 'of-the-caller' },
    });
    expect(notCreated.status).toBe(503);
    expect(await api.db.query(`SELECT id FROM thing WHERE name = 'plane'`)).toEqual([]);
    expect((await create('plane')).status).toBe(201);
  });

  it('still says whether it lives, and what it counts', async () => {
    const { holder, waiting } = await fill('drill');
    const refused = await send(things);
    const [live, ready, metrics] = await Promise.all(
      ['/health/live', '/health/ready', '/metrics'].map((path) => send(path)),
    );
    await release(holder);
    await Promise.all(waiting);

    expect([refused.status, live?.status, ready?.status, metrics?.status]).toEqual([503, 200, 200, 200]);
    const [, count] = /^http_server_overload_refusals_total (\d+)/m.exec(metrics?.text ?? '') ?? [];
    expect(Number(count)).toBeGreaterThanOrEqual(1);
  });

  it('closes the connection on a long body that it does not read', async () => {
    const { holder, waiting } = await fill('file');
    const refused = await send(things, { method: 'POST', body: 'x'.repeat(2_000_000) });
    await release(holder);
    await Promise.all(waiting);
    expect([refused.status, refused.headers.connection]).toEqual([503, 'close']);
  });

  it('has room again when a caller goes away, though its change still waits', async () => {
    const abort = new AbortController();
    const { holder, waiting } = await fill('vice', abort.signal);
    expect((await send(things)).status).toBe(503);
    abort.abort();
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    let again = await send(things);
    while (again.status === 503) again = await send(things);
    await release(holder);
    expect(again.status).toBe(200);
  });
});
