import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startGateway } from './gateway-under-test.js';

const path = '/registers/v1/institutions/export';
const chunk = randomBytes(65_536);
const chunks = 3_200; // 200 MB
/** Half of it would be a buffer; what a stream has in hand is far less, whatever the garbage collector leaves lying. */
const bounded = (chunks * chunk.length) / 2;

/** Writes as fast as the other end reads. */
async function pour(to: NodeJS.WritableStream, times: number): Promise<void> {
  for (let i = 0; i < times; i++) if (!to.write(chunk)) await once(to, 'drain');
  to.end();
}

function digestOf(times: number): string {
  const hash = createHash('sha256');
  for (let i = 0; i < times; i++) hash.update(chunk);
  return hash.digest('hex');
}

async function digest(from: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256');
  for await (const each of from) hash.update(each);
  return hash.digest('hex');
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Most buffered bytes that are still in use, over what there was before; looked at every 400 chunks of the work. */
async function growthDuring(work: (look: () => void) => Promise<void>): Promise<number> {
  collectGarbage();
  const before = process.memoryUsage().external;
  let most = 0;
  let looks = 0;
  await work(() => {
    looks += 1;
    if (looks % 400 !== 0) return;
    collectGarbage();
    most = Math.max(most, process.memoryUsage().external - before);
  });
  expect(looks).toBeGreaterThan(100);
  return most;
}

/** 200 MB are hashed twice; a busy machine takes its time. */
const patienceMs = 120_000;

describe('streaming through the gateway', () => {
  const gateway = startGateway({ UPSTREAM_TIMEOUT_MS: 300 });
  beforeEach(() => {
    gateway.registers.seen = [];
  });
  const answerOf = async (request: ReturnType<typeof gateway.begin>): Promise<IncomingMessage> =>
    ((await once(request, 'response')) as [IncomingMessage])[0];
  /** The next exchange at the service, when it has begun. */
  const exchangeAtService = (): Promise<[IncomingMessage, ServerResponse]> =>
    new Promise((resolve) => {
      gateway.registers.answer = (request, response) => resolve([request, response]);
    });

  it(
    'brings 200 MB down unchanged in bounded memory',
    async () => {
      gateway.registers.answer = (_, response) => void pour(response, chunks);
      const request = gateway.begin(path, { headers: await gateway.as() }).end();
      const growth = await growthDuring(async (look) => {
        const hash = createHash('sha256');
        for await (const each of await answerOf(request)) {
          hash.update(each as Buffer);
          look();
        }
        expect(hash.digest('hex')).toBe(digestOf(chunks));
      });
      expect(growth).toBeLessThan(bounded);
    },
    patienceMs,
  );

  it(
    'takes 200 MB up unchanged in bounded memory',
    async () => {
      const exchange = exchangeAtService();
      const request = gateway.begin('/registers/v1/imports', {
        method: 'POST',
        headers: { ...(await gateway.as()), 'content-type': 'text/csv' },
      });
      const answer = answerOf(request);
      const growth = await growthDuring(async (look) => {
        void pour(request, chunks);
        const [atService, response] = await exchange;
        atService.on('data', look);
        expect(await digest(atService)).toBe(digestOf(chunks));
        response.writeHead(202).end();
      });
      expect((await answer).statusCode).toBe(202);
      expect(growth).toBeLessThan(bounded);
    },
    patienceMs,
  );

  it('holds the service back when the client does not read', async () => {
    let accepted = 0;
    gateway.registers.answer = ({ url }, response) => {
      if (url !== path) return void response.end('{}');
      const push = (): void => {
        while (accepted < chunks && response.write(chunk)) accepted += 1;
      };
      response.on('drain', push);
      push();
    };
    const request = gateway.begin(path, { headers: await gateway.as() }).end();
    (await answerOf(request)).pause();
    // Everything that flows by itself has flowed by the time that so many others have come and gone.
    const headers = await gateway.as();
    for (let i = 0; i < 100; i++) await gateway.send('/registers/v1/institutions', { headers });
    const after = accepted;
    for (let i = 0; i < 100; i++) await gateway.send('/registers/v1/institutions', { headers });
    expect(accepted).toBe(after);
    expect(after * chunk.length).toBeLessThan(20 * 1_048_576);
    request.destroy();
  });

  it('hands on the first byte before the last is sent, up and down', async () => {
    const exchange = exchangeAtService();
    const request = gateway.begin('/registers/v1/imports', { method: 'POST', headers: await gateway.as() });
    request.write('first line\n');
    const [atService, response] = await exchange;
    expect(String((await once(atService, 'data'))[0])).toBe('first line\n');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: progress\n\n');
    const answer = await answerOf(request);
    expect(String((await once(answer, 'data'))[0])).toBe('event: progress\n\n');
    request.end('last line\n');
    expect(await text(atService)).toBe('last line\n');
    response.end('event: end\n\n');
    expect(await text(answer)).toBe('event: end\n\n');
  });

  it('aborts the service’s work when the client goes away', async () => {
    const exchange = exchangeAtService();
    const request = gateway.begin(path, { headers: await gateway.as() }).end();
    request.on('error', () => undefined);
    const [, response] = await exchange;
    response.write('begin');
    await answerOf(request);
    request.destroy();
    await once(response, 'close');
    expect(response.writableFinished).toBe(false);
  });

  it('aborts a request that has no answer yet when the client goes away', async () => {
    const exchange = exchangeAtService();
    const request = gateway.begin(path, { headers: await gateway.as() }).end();
    request.on('error', () => undefined);
    const [, response] = await exchange;
    request.destroy();
    await once(response, 'close');
    expect(response.headersSent).toBe(false);
  });

  it('ends the upload at the service when the client breaks it off', async () => {
    const exchange = exchangeAtService();
    const request = gateway.begin('/registers/v1/imports', { method: 'POST', headers: await gateway.as() });
    request.on('error', () => undefined);
    request.write('half');
    const [atService] = await exchange;
    atService.on('error', () => undefined);
    const closed = new Promise((resolve) => atService.once('close', resolve));
    await once(atService, 'data');
    request.destroy();
    await closed;
    expect(atService.complete).toBe(false);
  });

  it('hands on an answer that comes before the body has been read', async () => {
    gateway.registers.answer = (_, response) => {
      response
        .writeHead(413, { 'content-type': 'application/problem+json', connection: 'close' })
        .end('{"status":413}');
    };
    const request = gateway.begin('/registers/v1/imports', { method: 'POST', headers: await gateway.as() });
    request.on('error', () => undefined);
    request.write(chunk);
    const answer = await answerOf(request);
    expect(answer.statusCode).toBe(413);
    expect(await text(answer)).toBe('{"status":413}');
    request.destroy();
  });

  it('answers 504 when the service does not begin to answer in time', async () => {
    gateway.registers.answer = () => undefined;
    const answer = await gateway.send(path, { headers: await gateway.as() });
    expect(answer).toMatchObject({
      status: 504,
      body: { type: 'urn:meistras:problem:gateway:upstream-timeout', title: 'Gateway Timeout' },
    });
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('cuts the answer off when the service breaks in the middle of it', async () => {
    const exchange = exchangeAtService();
    const request = gateway.begin(path, { headers: await gateway.as() }).end();
    const [, response] = await exchange;
    response.writeHead(200, { 'content-length': '100' });
    response.write('begin');
    const answer = await answerOf(request);
    response.destroy();
    await expect(text(answer)).rejects.toThrow('aborted');
  });

  it('asks once more when a kept connection was closed under a read, and never repeats a write', async () => {
    let asked = 0;
    gateway.registers.answer = (request, response) => {
      asked += 1;
      if (asked === 1) request.socket.destroy();
      else response.end('{}');
    };
    expect((await gateway.send(path, { headers: await gateway.as() })).status).toBe(200);
    expect(asked).toBe(2);
    asked = 0;
    expect((await gateway.send(path, { method: 'DELETE', headers: await gateway.as() })).status).toBe(503);
    expect(asked).toBe(1);
  });

  it('answers 502 when the service speaks nonsense', async () => {
    gateway.registers.answer = (request) => void request.socket.end('NONSENSE\r\n\r\n');
    expect(await gateway.send(path, { method: 'POST', headers: await gateway.as() })).toMatchObject({
      status: 502,
      body: { type: 'urn:meistras:problem:gateway:upstream-failed' },
    });
  });
});

describe('a service that is down', () => {
  const gateway = startGateway({ REGISTERS_URL: 'http://127.0.0.1:1' });

  it('is answered for with 503 and Retry-After', async () => {
    const answer = await gateway.send(path, { headers: await gateway.as() });
    expect(answer).toMatchObject({
      status: 503,
      body: { type: 'urn:meistras:problem:gateway:upstream-unavailable', instance: path },
    });
    expect(answer.headers).toMatchObject({
      'retry-after': '1',
      'content-type': expect.stringContaining('application/problem+json'),
    });
  });
});

describe('a service that has enough to do', () => {
  const gateway = startGateway({ UPSTREAM_MAX_IN_FLIGHT: 1 });

  it('gets no more: 503 and Retry-After, until it has answered', async () => {
    const headers = await gateway.as();
    let open: ServerResponse | undefined;
    const begun = new Promise<void>((resolve) => {
      gateway.registers.answer = (_, response) => {
        open = response;
        resolve();
      };
    });
    const first = gateway.send(path, { headers });
    await begun;
    const second = await gateway.send(path, { headers });
    expect(second).toMatchObject({ status: 503, body: { type: 'urn:meistras:problem:gateway:overloaded' } });
    expect(second.headers['retry-after']).toBe('1');
    open?.end();
    expect((await first).status).toBe(200);
    gateway.registers.answer = (_, response) => response.end();
    expect((await gateway.send(path, { headers })).status).toBe(200);
  });
});

describe('a service that refuses because it is overloaded', () => {
  const gateway = startGateway();

  it('is heard as it said it: 503, Retry-After, its problem; a read is not asked again', async () => {
    const problem = { type: 'urn:meistras:problem:registers:overloaded', title: 'Service Unavailable', status: 503 };
    gateway.registers.answer = (_, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '4' });
      response.end(JSON.stringify(problem));
    };
    const answer = await gateway.send(path, { headers: await gateway.as() });
    expect(answer).toMatchObject({ status: 503, body: problem });
    expect(answer.headers['retry-after']).toBe('4');
    expect(gateway.registers.seen).toHaveLength(1);
  });
});
