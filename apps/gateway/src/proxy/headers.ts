import type { IncomingMessage } from 'node:http';

/** RFC 9110, 7.6.1: these belong to one connection, not to the message. */
const hopByHop = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Not passed on to services: hop-by-hop, said anew by the gateway, or answered by it (`Expect: 100-continue`). */
const notForServices = new Set([
  ...hopByHop,
  'host',
  'expect',
  'proxy-authorization',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-real-ip',
  'x-request-id',
  'traceparent',
]);

/** Not passed on to clients: hop-by-hop, said anew by the gateway, or of no use but to an attacker. */
const notForClients = new Set([
  ...hopByHop,
  'proxy-authenticate',
  'server',
  'x-powered-by',
  'x-request-id',
  'strict-transport-security',
  'ratelimit',
  'ratelimit-policy',
]);

/** OWASP REST security cheat sheet: what every answer of an API says to browsers. */
export const ownHeaders: readonly string[] = [
  'x-content-type-options',
  'nosniff',
  'referrer-policy',
  'no-referrer',
  'cross-origin-resource-policy',
  'same-origin',
  'content-security-policy',
  "default-src 'none'; frame-ancestors 'none'",
];

/** RFC 6797; only said over TLS. */
export const hsts: readonly string[] = ['strict-transport-security', 'max-age=31536000; includeSubDomains'];

/** A client's headers for a service, as the flat list that both HTTP parsers use. */
export function forService(request: IncomingMessage, own: string[]): string[] {
  const { rawHeaders } = request;
  const named = connectionOptions(request.headers.connection);
  const headers = own;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (notForServices.has(name) || named?.includes(name)) continue;
    headers.push(name, rawHeaders[i + 1]!);
  }
  return headers;
}

/** A service's headers for the client, and the length of its body, or -1 if it does not say. */
export function forClient(
  rawHeaders: readonly (Buffer | string)[],
  own: string[],
): { headers: string[]; length: number } {
  const headers = own;
  let named: string[] | undefined;
  let length = -1;
  let cacheable = false;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = textOf(rawHeaders[i]!).toLowerCase();
    const value = textOf(rawHeaders[i + 1]!);
    if (name === 'connection') named = connectionOptions(value);
    if (notForClients.has(name)) continue;
    if (name === 'content-length') length = Number(value);
    else if (name === 'cache-control') cacheable = true;
    headers.push(name, value);
  }
  // Most answers hold personal data: no shared cache may keep what a service did not give free.
  if (!cacheable) headers.push('cache-control', 'private, no-cache');
  return { headers: named ? without(headers, named) : headers, length };
}

function textOf(part: Buffer | string): string {
  return typeof part === 'string' ? part : part.toString('latin1');
}

/** The headers that `Connection` names besides the usual options; they go no further either. */
function connectionOptions(value: string | undefined): string[] | undefined {
  if (value === undefined || value === 'keep-alive' || value === 'close') return undefined;
  return value
    .toLowerCase()
    .split(',')
    .map((each) => each.trim());
}

function without(headers: string[], names: string[]): string[] {
  return headers.filter((_, i) => !names.includes(headers[i - (i % 2)]!));
}
