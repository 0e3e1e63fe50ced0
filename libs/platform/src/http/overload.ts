import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { DomainError } from '../errors/domain-error.js';
import { toProblem } from '../errors/problem.filter.js';
import { requestIdOf } from '../telemetry/http-telemetry.js';

/** Whoever is refused is asked to come back after one to so many seconds, so that not all come back at once. */
const comeBackWithinSeconds = 5;
/** Bodies larger than this, or of unknown size, are not read to their end just to be refused. */
const drainAtMostBytes = 1_048_576;
const logEveryMs = 1_000;
/** Questions about the process itself: an overloaded one is alive, and must be seen to be. */
const alwaysAnswered = /^\/(health\/(live|ready)|metrics)(\?|$)/;

const log = new Logger('Overload');
const overloaded = new DomainError('unavailable', 'overloaded', 'Too many requests are in hand. Try again.');

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Requests that were refused because too many were in hand, since the process started. */
function counter(): Counter {
  const name = 'http_server_overload_refusals_total';
  return (
    (register.getSingleMetric(name) as Counter | undefined) ??
    new Counter({ name, help: 'Requests refused because too many were in hand', registers: [register] })
  );
}

/**
 * Bounds the requests that a process has in hand: one more is answered 503 `overloaded` with `Retry-After` before anything of
 * it is read. What is in hand is then answered in time however many ask, and a caller who has given up costs no work. A
 * refusal stands before the framework, for it must cost little to be of use.
 */
export function refuseOverload(server: Server, service: string, atMost: number): void {
  const refused = counter();
  const answers = server.listeners('request') as Answer[];
  let inHand = 0;
  let unlogged = 0;
  let loggedAt = -logEveryMs;

  const tell = (): void => {
    refused.inc();
    unlogged += 1;
    if (performance.now() - loggedAt < logEveryMs) return;
    loggedAt = performance.now();
    log.warn(`More than ${atMost} requests in hand: ${unlogged} refused since this was said last.`);
    unlogged = 0;
  };

  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!alwaysAnswered.test(request.url ?? '')) {
      if (inHand >= atMost) {
        tell();
        refuse(request, response, service);
        return;
      }
      inHand += 1;
      response.once('close', () => (inHand -= 1));
    }
    for (const answer of answers) answer.call(server, request, response);
  });
}

function refuse(request: IncomingMessage, response: ServerResponse, service: string): void {
  const id = requestIdOf(request);
  const body = JSON.stringify(toProblem(overloaded, service, { url: request.url ?? '', id }));
  const length = request.headers['content-length'];
  const isLong = length === undefined ? 'transfer-encoding' in request.headers : Number(length) > drainAtMostBytes;
  response
    .writeHead(503, {
      'content-type': 'application/problem+json',
      'content-length': Buffer.byteLength(body),
      'retry-after': String(1 + Math.floor(Math.random() * comeBackWithinSeconds)),
      'x-request-id': id,
      ...(isLong ? { connection: 'close' } : {}),
    })
    .end(body);
}
