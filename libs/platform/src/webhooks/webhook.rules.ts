import { createHmac, hkdfSync } from 'node:crypto';

const firstPauseMs = 1_000;
const longestPauseMs = 3_600_000;

/** How long to wait after that many failures in a row: doubled each time, at most an hour, and never the same for all. */
export function pauseAfter(failures: number, random: number): number {
  return Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs) * (0.5 + random / 2);
}

/**
 * The secret of a webhook (Standard Webhooks 1.0: `whsec_` and base64). Derived from the service's key and the webhook's
 * id, so that it is kept nowhere.
 */
export function secretOf(key: Buffer, webhookId: string): string {
  return `whsec_${Buffer.from(hkdfSync('sha256', key, '', `webhook ${webhookId}`, 32)).toString('base64')}`;
}

/** What is sent, and signed. */
export interface Message {
  /** The same at every attempt. */
  id: string;
  body: string;
}

/** The headers of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`. `seconds` is the time of this attempt. */
export function signedHeaders(secret: string, { id, body }: Message, seconds: number): Record<string, string> {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` };
}
