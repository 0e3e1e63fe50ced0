import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { isOpenAddress } from './webhook.addresses.js';

const timeoutMs = 10_000;

/** What became of an attempt: the status answered, or why there was none. */
export interface Attempted {
  status: number | null;
  error: string | null;
  ms: number;
}

export const succeeded = ({ status }: Attempted): boolean => status !== null && status >= 200 && status < 300;

/** Resolves a name to open addresses alone, at the moment of connecting: what it said earlier proves nothing. */
const openLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    const [first] = error ? [] : addresses;
    if (error) callback(error, '');
    else if (!first || addresses.some(({ address }) => !isOpenAddress(address)))
      callback(Object.assign(new Error('closed'), { code: 'CLOSED_ADDRESS' }), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};

/** Sends a body once. Follows no redirect, reads no answer beyond its status, waits ten seconds at most. Never throws. */
export function attempt(
  url: URL,
  { headers, body }: { headers: Record<string, string>; body: string },
  { privateToo, signal }: { privateToo: boolean; signal: AbortSignal },
): Promise<Attempted> {
  const startedAt = performance.now();
  const ended = (status: number | null, error: string | null): Attempted => ({
    ...{ status, error },
    ms: Math.round(performance.now() - startedAt),
  });
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  if (!privateToo && isIP(host) !== 0 && !isOpenAddress(host)) return Promise.resolve(ended(null, 'CLOSED_ADDRESS'));
  return new Promise((resolve) => {
    const request = (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      // A connection of its own each time: a kept one would go where the name led once.
      agent: false,
      ...(privateToo ? {} : { lookup: openLookup }),
    });
    request.on('response', (response) => {
      resolve(ended(response.statusCode ?? 0, null));
      response.destroy();
    });
    request.on('error', (error: NodeJS.ErrnoException) => resolve(ended(null, error.code ?? 'FAILED')));
    request.end(body);
  });
}
