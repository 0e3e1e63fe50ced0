import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Histogram, register } from 'prom-client';
import { shownPath } from '../http/shown-path.js';
import { withTraceparent } from './trace.js';

const requestIdShape = /^[\w.:-]{1,64}$/;
/** Not `X-Road-UserId`: it is a personal code as a rule. The access record keeps its keyed hash under the request id. */
const xRoadHeaders = ['x-road-client', 'x-road-id', 'x-road-issue'] as const;

/** The caller's `X-Request-Id` if it is a harmless one, else a new id. */
export function requestIdOf(request: { headers: Record<string, string | string[] | undefined> }): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && requestIdShape.test(given) ? given : randomUUID();
}

let duration: Histogram | undefined;

function histogram(): Histogram {
  if (!duration) {
    collectDefaultMetrics();
    duration = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Time to answer a request',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.025, 0.1, 0.5, 2.5, 10],
      registers: [register],
    });
  }
  return duration;
}

/** Request id in every answer, its trace in all that it does, one log line and one measurement per request. */
export function watchRequests(fastify: FastifyInstance, log: Logger): void {
  const times = histogram();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  // Once the body is there: what awaits it begins in the parser's context, not in that of an earlier hook.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const { traceparent } = request.headers;
    withTraceparent(typeof traceparent === 'string' ? traceparent : undefined, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    times.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1_000);
    if (log.isLevelEnabled('info') && !route.startsWith('/health') && route !== '/metrics') {
      log.info(
        { ...lineOf(request), status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 },
        'request',
      );
    }
    done();
  });
}

function lineOf(request: FastifyRequest): Record<string, unknown> {
  const line: Record<string, unknown> = {
    requestId: request.id,
    method: request.method,
    path: shownPath(request.url),
    client: request.actor?.clientId,
  };
  for (const header of xRoadHeaders) {
    const value = request.headers[header];
    if (typeof value === 'string') line[header] = value.slice(0, 200);
  }
  return line;
}
