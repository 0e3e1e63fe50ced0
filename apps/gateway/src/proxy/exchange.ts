import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import type { Refusal } from '../problems/refusal.js';
import { refuse } from '../problems/refusal.js';
import { forClient } from './headers.js';

/** Whose end the exchange reports: counts what is under way, and may send a request a second time. */
export interface ExchangeOwner {
  /** Sends the request again; only asked for when nothing of it can have had an effect. */
  again(exchange: Exchange): void;
  ended(): void;
}

const staleConnection = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
const unreachable = new Set([
  ...staleConnection,
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ETIMEDOUT',
]);
const abandoned = new Error('The client is gone.');

/**
 * One request on its way through: takes a service's answer as it comes and writes it to the client, chunk by chunk and no
 * faster than the client reads. When the client goes away, the service's work is aborted.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  private readonly response: ServerResponse;
  private controller: Dispatcher.DispatchController | undefined;
  private left = -1;
  private gone = false;
  private answered = false;
  private triesLeft: number;

  /** `own` are the gateway's headers for the answer. */
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    private readonly own: string[],
    private readonly owner: ExchangeOwner,
  ) {
    this.response = reply.raw;
    this.triesLeft = request.method === 'GET' || request.method === 'HEAD' ? 1 : 0;
    this.response.once('close', () => {
      if (this.response.writableFinished) return;
      this.gone = true;
      this.controller?.abort(abandoned);
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.gone) controller.abort(abandoned);
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number): void {
    if (statusCode < 200) return;
    this.answered = true;
    const { headers, length } = forClient((controller.rawHeaders ?? []) as Buffer[], this.own);
    this.left = length;
    this.reply.hijack();
    this.response.writeHead(statusCode, headers);
    // Whoever streams wants its head to arrive before its first event.
    if (length === -1) this.response.flushHeaders();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.left === chunk.length) {
      // The last chunk and the end in one write.
      this.left = 0;
      this.response.end(chunk);
      return;
    }
    if (this.left > 0) this.left -= chunk.length;
    if (this.response.write(chunk)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.owner.ended();
    if (!this.response.writableEnded) this.response.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error & { code?: string }): void {
    if (this.answered) {
      this.owner.ended();
      // Too late for a problem: the client sees that the answer was cut off.
      this.response.destroy();
      return;
    }
    if (!this.gone && this.triesLeft > 0 && staleConnection.has(error.code ?? '')) {
      this.triesLeft -= 1;
      this.owner.again(this);
      return;
    }
    this.owner.ended();
    if (!this.gone) refuse(this.request, this.reply, refusalOf(error.code ?? ''));
  }
}

function refusalOf(code: string): Refusal {
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return { status: 504, code: 'upstream-timeout', detail: 'The service did not answer in time.' };
  }
  if (unreachable.has(code) || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'UND_ERR_CLOSED') {
    return {
      status: 503,
      code: 'upstream-unavailable',
      detail: 'The service cannot be reached. Try again.',
      headers: { 'retry-after': '1' },
    };
  }
  return { status: 502, code: 'upstream-failed', detail: 'The service gave no valid answer.' };
}
