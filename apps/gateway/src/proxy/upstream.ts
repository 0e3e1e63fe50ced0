import type { FastifyReply, FastifyRequest } from 'fastify';
import { Pool } from 'undici';
import type { Dispatcher } from 'undici';
import { refuse } from '../problems/refusal.js';
import { Exchange } from './exchange.js';
import type { ExchangeOwner } from './exchange.js';
import { forService } from './headers.js';

const keepAliveMs = 30_000;
const connectMs = 2_000;
/** Longest silence within an answer; event streams send a heartbeat more often. */
const silenceMs = 120_000;

export interface UpstreamLimits {
  connections: number;
  maxInFlight: number;
  timeoutMs: number;
}

/** One service behind the gateway: its connections, and how much may be under way on them. */
export class Upstream {
  private readonly pool: Pool;
  private inFlight = 0;

  constructor(
    url: string,
    private readonly limits: UpstreamLimits,
  ) {
    this.pool = new Pool(new URL(url).origin, {
      connections: limits.connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      headersTimeout: limits.timeoutMs,
      bodyTimeout: silenceMs,
      connect: { timeout: connectMs },
    });
  }

  /** Sends the request on. `toService` and `toClient` are the gateway's own headers, which are added to. */
  forward(request: FastifyRequest, reply: FastifyReply, toService: string[], toClient: string[]): void {
    if (this.inFlight >= this.limits.maxInFlight) {
      refuse(request, reply, {
        status: 503,
        code: 'overloaded',
        detail: 'Too many requests to this service are under way. Try again.',
        headers: { 'retry-after': '1' },
      });
      return;
    }
    const { raw } = request;
    const options: Dispatcher.DispatchOptions = {
      path: raw.url!,
      method: raw.method!,
      headers: forService(raw, toService),
      body: hasBody(raw.headers) ? raw : null,
    };
    this.inFlight += 1;
    const owner: ExchangeOwner = {
      again: (exchange) => this.pool.dispatch(options, exchange),
      ended: () => (this.inFlight -= 1),
    };
    this.pool.dispatch(options, new Exchange(request, reply, toClient, owner));
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}

function hasBody(headers: FastifyRequest['raw']['headers']): boolean {
  const length = headers['content-length'];
  return length === undefined ? headers['transfer-encoding'] !== undefined : length !== '0';
}
