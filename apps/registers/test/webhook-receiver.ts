import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What a message says: ids and no more. */
export interface Said {
  type: string;
  timestamp: string;
  data: { id: string; version: number };
}

/** A receiver of webhooks on this machine; `answer` decides what it says to each message. */
export class Receiver {
  readonly received: Received[] = [];
  answer: (response: ServerResponse, message: Received) => void = (response) => void response.writeHead(204).end();
  private waiting: (() => void)[] = [];
  private readonly server = createServer((request, response) => {
    void text(request).then((body) => {
      const message = { path: request.url ?? '', headers: request.headers, body };
      this.received.push(message);
      this.answer(response, message);
      for (const look of this.waiting) look();
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  url(path = '/'): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  at(path: string): Received[] {
    return this.received.filter((each) => each.path === path);
  }

  said(path: string): Said[] {
    return this.at(path).map(({ body }) => JSON.parse(body) as Said);
  }

  /** Resolves once a path was sent that many messages. */
  has(path: string, count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.at(path).length < count) return;
        this.waiting = this.waiting.filter((each) => each !== look);
        resolve();
      };
      this.waiting.push(look);
      look();
    });
  }
}

/** As the specification of Standard Webhooks 1.0 says it, and by none of the platform's code. */
export function isGenuine({ headers, body }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const expected = createHmac('sha256', key).update(content).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .some((signature) => {
      const [version, value = ''] = signature.split(',');
      const given = Buffer.from(value, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}
