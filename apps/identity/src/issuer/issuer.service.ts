import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { DataSource } from 'typeorm';
import { IdentityConfig } from '../identity.config.js';
import { issuerFor } from './issuer.provider.js';
import { forgetExpired } from './oidc.adapter.js';
import { SigningKeys } from './signing-keys.service.js';
import type { KeySet } from './signing-keys.service.js';

const refreshMs = 30_000;

/** Everything that oidc-provider is asked; it has more routes, none of which is opened. */
const routes: [string, string[]][] = [
  ['/oauth/token', ['POST']],
  ['/oauth/jwks', ['GET', 'HEAD']],
  ['/.well-known/openid-configuration', ['GET', 'HEAD']],
  ['/.well-known/oauth-authorization-server', ['GET', 'HEAD']],
];

/** The OAuth 2.0 issuer inside this service's HTTP server. Follows the signing keys as they change. */
@Injectable()
export class Issuer implements OnModuleInit, OnModuleDestroy {
  private readonly log = new Logger('Issuer');
  private answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  private kids = '';
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly keys: SigningKeys,
    private readonly dataSource: DataSource,
    private readonly config: IdentityConfig,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.open(this.host.httpAdapter.getInstance<FastifyInstance>());
    this.timer = setInterval(() => {
      this.refresh().catch((error: unknown) => this.log.error({ err: error }, 'The signing keys were not refreshed.'));
    }, refreshMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Takes over changed keys and forgets what has expired. */
  async refresh(): Promise<void> {
    const keySet = await this.keys.current();
    await forgetExpired(this.dataSource);
    const kids = [keySet.signingKid, ...keySet.keys.map(({ kid }) => kid)].join();
    if (kids === this.kids) return;
    this.answer = this.answerWith(keySet);
    this.kids = kids;
  }

  private answerWith(keySet: KeySet): typeof this.answer {
    const provider = issuerFor(this.config, this.dataSource, keySet);
    const report = (error: unknown): void => this.log.error({ err: error }, 'The issuer failed.');
    provider.on('server_error', (_ctx, error) => report(error));
    (provider as EventEmitter).on('error', report);
    return provider.callback();
  }

  /** oidc-provider reads the body itself: the request is handed over before Fastify parses anything. */
  private open(fastify: FastifyInstance): void {
    for (const [url, method] of routes) {
      fastify.route({
        url,
        method,
        exposeHeadRoute: false,
        onRequest: (request, reply, done) => {
          reply.hijack();
          reply.raw.setHeader('x-request-id', request.id);
          this.answer(request.raw, reply.raw).catch((error: unknown) => {
            this.log.error({ err: error }, 'The issuer failed.');
            reply.raw.destroy();
          });
          done();
        },
        handler: () => undefined,
      });
    }
  }
}
