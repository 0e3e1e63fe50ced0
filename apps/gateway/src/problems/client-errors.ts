import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problemOf } from './refusal.js';
import type { Refusal } from './refusal.js';

const known: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: { status: 431, code: 'headers-too-large', detail: 'The head of the request is too large.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, code: 'request-timeout', detail: 'The request did not arrive in time.' },
};
const malformed: Refusal = { status: 400, code: 'malformed-request', detail: 'The request is not valid HTTP.' };

/** What Node's parser refuses never reaches a route: it is answered here, as problem+json like everything else. */
export function answerClientErrors(server: Server): void {
  server.removeAllListeners('clientError');
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const refusal = known[error.code ?? ''] ?? malformed;
    const id = randomUUID();
    const body = JSON.stringify(problemOf(refusal, '', id));
    const problem = JSON.parse(body) as { title: string };
    socket.end(
      `HTTP/1.1 ${refusal.status} ${problem.title}\r\n` +
        `content-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
        `x-request-id: ${id}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}
