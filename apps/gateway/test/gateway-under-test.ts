import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TestClock } from '@meistras/testing/test-clock';
import { testAudience, testIssuer, testIssuerOf } from '@meistras/testing/tokens';
import type { Caller, TestIssuer } from '@meistras/testing/tokens';
import { RevokedClients } from '../src/entrance/revoked-clients.js';
import { createGateway } from '../src/gateway.js';
import { GatewayConfig } from '../src/gateway.config.js';

/** A real HTTP server that a spec scripts: the service, or identity, behind the gateway. */
export class TinyUpstream {
  server: Server;
  url: string;
  /** What it was asked, in order. */
  seen: { method: string; url: string; headers: IncomingHttpHeaders; rawHeaders: string[] }[] = [];
  answer: RequestListener = (_, response) => response.end('{}');

  async start(): Promise<void> {
    this.server = createServer((request, response) => {
      const { method = '', url = '', headers, rawHeaders } = request;
      this.seen.push({ method, url, headers, rawHeaders });
      this.answer(request, response);
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  body: Record<string, unknown>;
}

export interface Sent {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

/** The gateway with one service, `registers`, and an identity whose revocations a spec sets. */
export class GatewayUnderTest {
  readonly registers = new TinyUpstream();
  readonly identity = new TinyUpstream();
  readonly clock = new TestClock();
  app: NestFastifyApplication;
  port: number;
  issuer: TestIssuer;
  revoked: { clientId: string; tokensNotBefore: string }[] = [];

  constructor(private readonly settings: Partial<GatewayConfig>) {}

  async start(): Promise<void> {
    this.issuer = await testIssuerOf();
    await Promise.all([this.registers.start(), this.identity.start()]);
    this.identity.answer = (request, response) => this.answerAsIdentity(request, response);
    const config = Object.assign(new GatewayConfig(), {
      AUTH_ISSUER: testIssuer,
      AUTH_AUDIENCE: testAudience,
      AUTH_JWKS: this.issuer.jwks,
      LOG_LEVEL: 'silent',
      IDENTITY_URL: this.identity.url,
      REGISTERS_URL: this.registers.url,
      SERVICE_CLIENT_ID: 'gateway',
      SERVICE_CLIENT_SECRET: 'secret-of-the-gateway',
      REVOCATIONS_POLL_MS: 60_000,
      OPENAPI_FILE: new URL('./openapi.json', import.meta.url).pathname,
      ...this.settings,
    });
    this.app = await createGateway(config, this.clock);
    await this.app.listen(0, '127.0.0.1');
    this.port = (this.app.getHttpServer().address() as AddressInfo).port;
    await this.readRevocations();
    this.identity.seen = [];
  }

  async stop(): Promise<void> {
    this.registers.stop();
    this.identity.stop();
    await this.app.close();
  }

  readRevocations(): Promise<void> {
    return this.app.get(RevokedClients).read();
  }

  token(caller: Partial<Caller> = {}): Promise<string> {
    return this.issuer.tokenFor({ scopes: ['registers.institutions:read'], ...caller });
  }

  /** The headers of an authorised request. */
  async as(caller: Partial<Caller> = {}): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(caller)}` };
  }

  /** Begins a request over a connection of its own; the caller writes the body and ends it. */
  begin(path: string, { method = 'GET', headers = {} }: Sent = {}): ReturnType<typeof httpRequest> {
    return httpRequest({ host: '127.0.0.1', port: this.port, path, method, headers, agent: false });
  }

  async send(path: string, sent: Sent = {}): Promise<Answer> {
    const request = this.begin(path, sent);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject).end(sent.body);
    });
    const text = (await buffer(response)).toString('utf8');
    const isJson = /json/.test(response.headers['content-type'] ?? '');
    const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
    return { status: response.statusCode ?? 0, headers: response.headers, text, body };
  }

  private answerAsIdentity({ url = '' }: IncomingMessage, response: ServerResponse): void {
    response.setHeader('content-type', 'application/json');
    if (url === '/oauth/token')
      response.end(JSON.stringify({ access_token: 'own', expires_in: 600, token_type: 'Bearer' }));
    else if (url.startsWith('/identity/v1/revocations'))
      response.end(JSON.stringify({ items: this.revoked, asOf: new Date().toISOString() }));
    else response.end('{}');
  }
}

export function startGateway(settings: Partial<GatewayConfig> = {}): GatewayUnderTest {
  const gateway = new GatewayUnderTest(settings);
  beforeAll(() => gateway.start());
  afterAll(() => gateway.stop());
  return gateway;
}
