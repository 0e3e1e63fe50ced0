import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors/domain-error.js';

const maxDepth = 32;
export const maxBodyBytes = 1_048_576;

const malformed = (code: string, message: string): DomainError => new DomainError('malformed', code, message);

/**
 * Parses a JSON body strictly: UTF-8, at most 32 levels deep, no NUL and no lone surrogate in any text (PostgreSQL stores
 * neither), no `__proto__`. Throws `malformed`.
 */
export function parseJsonBody(body: Buffer): unknown {
  if (body.length === 0) throw malformed('malformed-json', 'The body is empty.');
  if (!isUtf8(body)) throw malformed('invalid-utf8', 'The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw malformed('malformed-json', 'The body is not valid JSON.');
  }
  inspect(value);
  return value;
}

/** Throws `malformed` for what is too deep, or has text or keys that are never taken. */
export function inspect(root: unknown): void {
  const open: [unknown, number][] = [[root, 1]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, depth] = next;
    if (typeof value === 'string') mustBeText(value);
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) throw malformed('too-deep', `The body is nested more than ${maxDepth} levels deep.`);
    for (const [key, child] of Object.entries(value)) {
      if (key === '__proto__') throw malformed('malformed-json', 'The body has a forbidden key.');
      mustBeText(key);
      open.push([child, depth + 1]);
    }
  }
}

/** Throws `malformed` for text that cannot be stored. */
export function mustBeText(text: string): void {
  if (text.includes('\0')) throw malformed('nul-character', 'Text must not contain NUL characters.');
  if (!text.isWellFormed()) throw malformed('invalid-unicode', 'Text must not contain lone surrogates.');
}

/** Media types that are handed to the handler as a stream, unread: imports of any size. */
const streamTypes = ['text/csv', 'application/x-ndjson'];

export function acceptBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer', bodyLimit: maxBodyBytes },
    (_request, body, done) => {
      try {
        done(null, parseJsonBody(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  fastify.addContentTypeParser(streamTypes, { bodyLimit: Number.MAX_SAFE_INTEGER }, (_request, payload, done) => {
    done(null, payload);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    done(
      /%00/.test(request.url) ? malformed('nul-character', 'The address must not contain NUL characters.') : undefined,
    );
  });
}
