import { createHmac } from 'node:crypto';
import { formats, nonceBytes, open, seal } from './envelope.js';

/**
 * What JSON says, sealed by a person's key, in base64. The nonce is made of what is sealed and where: the same facts in the
 * same place are the same text, so that a register sees whether they changed without opening them.
 */
export function sealJson(value: object, key: Buffer, at: string): string {
  const [bytes, place] = [Buffer.from(JSON.stringify(sorted(value))), Buffer.from(at)];
  const nonce = createHmac('sha256', key).update(`nonce:${at}:`).update(bytes).digest().subarray(0, nonceBytes);
  return seal(bytes, { format: formats.PERSON, key, nonce, place }).toString('base64');
}

/** Throws when it was sealed for another place or with another key, or was changed. */
export function openJson(sealed: string, key: Buffer, at: string): object {
  return JSON.parse(open(Buffer.from(sealed, 'base64'), key, Buffer.from(at)).toString()) as object;
}

/** Properties in the order of their names: in which order they were sent says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const properties = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(properties.map(([name, each]) => [name, sorted(each)]));
}
