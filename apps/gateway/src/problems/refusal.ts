import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '@meistras/platform/errors/problem';
import { shownPath } from '@meistras/platform/http/shown-path';
import { ownHeaders } from '../proxy/headers.js';

/** Why the gateway itself refuses a request. */
export interface Refusal {
  status: number;
  code: string;
  detail: string;
  headers?: Record<string, string>;
}

export function problemOf({ status, code, detail }: Refusal, instance: string, requestId: string): Problem {
  return {
    type: `urn:meistras:problem:gateway:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: shownPath(instance),
    requestId,
  };
}

/** Bodies larger than this, or of unknown size, are not read to their end just to be refused: the connection is closed. */
const drainAtMostBytes = 1_048_576;

export function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  const { headers = {} } = refusal;
  const length = request.raw.headers['content-length'];
  const large = length === undefined ? 'transfer-encoding' in request.raw.headers : Number(length) > drainAtMostBytes;
  if (large && !request.raw.complete) void reply.header('connection', 'close');
  void reply
    .status(refusal.status)
    .headers(headers)
    .header('content-type', 'application/problem+json')
    .send(problemOf(refusal, request.url, request.id));
}

/** Every answer that Fastify writes itself (refusals, documents, health) has the same security headers as the others. */
export function onErrorPages(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    for (let i = 0; i < ownHeaders.length; i += 2) {
      const name = ownHeaders[i] ?? '';
      if (!reply.hasHeader(name)) void reply.header(name, ownHeaders[i + 1]);
    }
    done();
  });
}
