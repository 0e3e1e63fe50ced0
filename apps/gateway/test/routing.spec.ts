import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startGateway } from './gateway-under-test.js';

const path = '/registers/v1/institutions';

describe('the way through the gateway', () => {
  const gateway = startGateway();
  beforeEach(() => {
    gateway.registers.seen = [];
    gateway.registers.answer = (_, response) => response.end('{}');
  });
  /** Sends bytes as they are and reads what comes until the end. */
  const raw = async (bytes: string): Promise<string> => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.end(bytes);
    return text(socket);
  };

  it('passes method, address and body to the service, byte for byte', async () => {
    const body = Buffer.from('{"name":"Žemaitija"}');
    let received = '';
    gateway.registers.answer = (request, response) => {
      void text(request).then((given) => {
        received = given;
        response.writeHead(201, { 'content-type': 'application/json', etag: '"1"' }).end('{"id":1}');
      });
    };
    const url = `${path}?code=%C5%BD&x=a%2Fb&x=2`;
    const headers = {
      ...(await gateway.as()),
      'content-type': 'application/json',
      'content-length': String(body.length),
    };
    const answer = await gateway.send(url, { method: 'POST', headers, body });
    expect(answer).toMatchObject({ status: 201, body: { id: 1 } });
    expect(answer.headers['etag']).toBe('"1"');
    expect(received).toBe(body.toString());
    expect(gateway.registers.seen).toMatchObject([
      { method: 'POST', url, headers: { 'content-length': String(body.length), host: gateway.registers.url.slice(7) } },
    ]);
  });

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('passes %s', async (method) => {
    expect((await gateway.send(path, { method, headers: await gateway.as() })).status).toBe(200);
    expect(gateway.registers.seen[0]?.method).toBe(method);
  });

  it('says who the request is from and drops what belongs to the connection', async () => {
    await gateway.send(path, {
      headers: {
        ...(await gateway.as()),
        'x-request-id': 'my-request-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        connection: 'keep-alive, x-secret-hop',
        'x-secret-hop': 'yes',
        te: 'trailers',
        'x-forwarded-host': 'evil.test',
        'x-real-ip': '192.0.2.9',
        'x-road-client': 'LT/GOV/1/SYS',
      },
    });
    const { headers } = gateway.registers.seen[0]!;
    expect(headers).toMatchObject({
      'x-request-id': 'my-request-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': `127.0.0.1:${gateway.port}`,
      'x-road-client': 'LT/GOV/1/SYS',
    });
    for (const name of ['x-secret-hop', 'te', 'x-real-ip', 'expect']) expect(headers).not.toHaveProperty([name]);
    expect(headers.connection).toBe('keep-alive');
  });

  it('begins a trace where the client has none, or a wrong one', async () => {
    await gateway.send(path, { headers: await gateway.as() });
    await gateway.send(path, { headers: { ...(await gateway.as()), traceparent: 'nonsense' } });
    const [first, second] = gateway.registers.seen.map(({ headers }) => headers['traceparent']);
    expect(first).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(second).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(second).not.toBe(first);
  });

  it('believes a trusted proxy on where the request comes from, and says HSTS behind TLS', async () => {
    const headers = { ...(await gateway.as()), 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    const answer = await gateway.send(path, { headers });
    expect(gateway.registers.seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '192.0.2.7, 127.0.0.1',
      'x-forwarded-proto': 'https',
    });
    expect(answer.headers['strict-transport-security']).toContain('max-age=');
    expect((await gateway.send(path, { headers: await gateway.as() })).headers).not.toHaveProperty(
      'strict-transport-security',
    );
  });

  it('answers with the service’s headers, without its connection’s and its product names', async () => {
    gateway.registers.answer = (_, response) => {
      response.writeHead(
        200,
        [
          ['connection', 'x-inner-hop'],
          ['x-inner-hop', '1'],
          ['keep-alive', 'timeout=5'],
          ['server', 'nginx/1.0'],
          ['x-powered-by', 'something'],
          ['x-request-id', 'of-the-service'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['link', '<x>; rel="next"'],
          ['cache-control', 'public, max-age=5'],
          ['content-type', 'text/plain'],
        ].flat(),
      );
      response.end('text');
    };
    const { headers } = await gateway.send(path, { headers: { ...(await gateway.as()), 'x-request-id': 'mine' } });
    expect(headers).toMatchObject({
      link: '<x>; rel="next"',
      'set-cookie': ['a=1', 'b=2'],
      'cache-control': 'public, max-age=5',
      'x-request-id': 'mine',
      'x-content-type-options': 'nosniff',
    });
    for (const name of ['x-inner-hop', 'server', 'x-powered-by']) expect(headers).not.toHaveProperty([name]);
  });

  it('lets no cache keep what the service did not give free', async () => {
    expect((await gateway.send(path, { headers: await gateway.as() })).headers['cache-control']).toBe(
      'private, no-cache',
    );
  });

  it.each([
    ['/nothing', 404],
    ['/registers', 404],
    ['/registers/v2/institutions', 404],
    ['/finance/v1/entries', 404],
  ])('answers %s, which leads nowhere, with %i as problem+json', async (url, status) => {
    const answer = await gateway.send(url, { headers: await gateway.as() });
    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-type': expect.stringContaining('application/problem+json'),
      'x-content-type-options': 'nosniff',
    });
    expect(answer.headers['x-request-id']).toBe(answer.body['requestId']);
  });

  it('refuses an address that is too long with 414', async () => {
    const answer = await gateway.send(`${path}?x=${'a'.repeat(9_000)}`, { headers: await gateway.as() });
    expect(answer).toMatchObject({ status: 414, body: { type: 'urn:meistras:problem:gateway:address-too-long' } });
  });

  it.each([
    ['headers that are too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['what is no HTTP', 'HELLO\r\n\r\n', 400],
    [
      'two lengths (request smuggling)',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      400,
    ],
    [
      'a length and chunks (request smuggling)',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
  ])('refuses %s as problem+json', async (_, bytes, status) => {
    const answer = await raw(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });

  it.each([
    ['/', 200, 'application/json'],
    ['/openapi.json', 200, 'application/json'],
    ['/docs/', 200, 'text/html'],
    ['/docs/start.js', 200, 'text/javascript'],
    ['/docs/assets/swagger-ui-bundle.js', 200, 'text/javascript'],
    ['/docs/assets/swagger-ui.css', 200, 'text/css'],
    ['/docs/assets/package.json', 404, 'application/problem+json'],
    ['/docs/assets/../../../package.json', 404, 'application/problem+json'],
    ['/health/live', 200, 'application/json'],
    ['/health/ready', 200, 'application/json'],
    ['/metrics', 200, 'text/plain'],
  ])('serves %s itself: %i', async (url, status, type) => {
    const answer = await gateway.send(url);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain(type);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('shows documentation that asks no other origin for anything', async () => {
    const { text: page, headers } = await gateway.send('/docs/');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect((await gateway.send('/', { headers: { accept: 'text/html' } })).headers['location']).toBe('/docs/');
  });
});
