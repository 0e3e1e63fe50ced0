import { randomBytes } from 'node:crypto';

const shape = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const idBytes = 24;
const batch = 256;

let ids = '';
let used = 0;

/** The client's trace context (W3C Trace Context, level 1) if it is a valid one, else a new one. */
export function traceparentOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && shape.test(given) ? given : newTraceparent();
}

/** Random bytes are drawn for many requests at once: a draw costs more than what is drawn. */
function newTraceparent(): string {
  if (used === ids.length) {
    ids = randomBytes(idBytes * batch).toString('hex');
    used = 0;
  }
  const traceId = ids.slice(used, used + 32);
  const parentId = ids.slice(used + 32, used + 48);
  used += 48;
  return `00-${traceId}-${parentId}-00`;
}
