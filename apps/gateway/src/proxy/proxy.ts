import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Entrance } from '../entrance/entrance.js';
import type { Admission } from '../entrance/entrance.js';
import { GatewayConfig } from '../gateway.config.js';
import { refuse } from '../problems/refusal.js';
import { Addresses } from './addresses.js';
import { hsts, ownHeaders } from './headers.js';
import { traceparentOf } from './traceparent.js';
import { Upstream } from './upstream.js';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const maxUrlLength = 8_192;

/**
 * The way from clients to services. Plain Fastify routes, not controllers: a request is taken in `onRequest`, before
 * anything reads its body, and written straight to the socket.
 */
@Injectable()
export class Proxy implements OnModuleInit, OnApplicationShutdown {
  private readonly upstreams: Upstream[] = [];

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly config: GatewayConfig,
    private readonly entrance: Entrance,
    private readonly addresses: Addresses,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    for (const [service, url] of this.config.services()) {
      const upstream = this.upstreamAt(url);
      this.open(fastify, `/${service}/v1/*`, upstream, (request, reply, admit) =>
        this.entrance.admit(request, reply, admit),
      );
      if (service !== 'identity') continue;
      for (const path of ['/oauth/*', '/.well-known/*']) {
        this.open(fastify, path, upstream, (request, reply, admit) => this.entrance.admitAnyone(request, reply, admit));
      }
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.upstreams.map((upstream) => upstream.close()));
  }

  private upstreamAt(url: string): Upstream {
    const upstream = new Upstream(url, {
      connections: this.config.UPSTREAM_CONNECTIONS,
      maxInFlight: this.config.UPSTREAM_MAX_IN_FLIGHT,
      timeoutMs: this.config.UPSTREAM_TIMEOUT_MS,
    });
    this.upstreams.push(upstream);
    return upstream;
  }

  private open(
    fastify: FastifyInstance,
    url: string,
    upstream: Upstream,
    enter: (request: FastifyRequest, reply: FastifyReply, admit: (admission: Admission) => void) => void,
  ): void {
    fastify.route({
      url,
      method: methods,
      exposeHeadRoute: false,
      // `done` is never called: the answer comes from the service, or from `refuse`.
      onRequest: (request, reply) => {
        if (request.url.length > maxUrlLength) {
          refuse(request, reply, { status: 414, code: 'address-too-long', detail: 'The address is too long.' });
          return;
        }
        enter(request, reply, ({ lane, bucket }) => {
          const secure = this.addresses.protocol(request.raw) === 'https';
          const toClient = [
            'x-request-id',
            request.id,
            'ratelimit-policy',
            lane.policy,
            'ratelimit',
            lane.stateOf(bucket),
          ];
          toClient.push(...ownHeaders);
          if (secure) toClient.push(...hsts);
          upstream.forward(request, reply, this.toService(request, secure), toClient);
        });
      },
      handler: () => undefined,
    });
  }

  private toService({ id, raw }: FastifyRequest, secure: boolean): string[] {
    return [
      'x-request-id',
      id,
      'traceparent',
      traceparentOf(raw.headers['traceparent']),
      'x-forwarded-for',
      this.addresses.forwardedFor(raw),
      'x-forwarded-host',
      raw.headers.host ?? '',
      'x-forwarded-proto',
      secure ? 'https' : 'http',
    ];
  }
}
