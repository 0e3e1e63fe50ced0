import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../errors/domain-error.js';
import { AlsoConfigures } from './route-config.js';

const shape = /^"(\d{1,9})"$/;

declare module 'fastify' {
  interface FastifyContextConfig {
    sendsETag?: true;
  }
}

/**
 * Sends the answer's `version` as a strong entity tag where the route has `@SendsETag`; answers 304 when the client
 * already has it. Hooks, because an interceptor costs a tenth of a read.
 */
export function sendEntityTags(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    const { version } = (payload ?? {}) as { version?: unknown };
    if (request.routeOptions.config.sendsETag && typeof version === 'number' && reply.statusCode < 300) {
      const tag = `"${version}"`;
      void reply.header('etag', tag);
      if (request.method === 'GET' && request.headers['if-none-match'] === tag) void reply.status(304);
    }
    done(null, payload);
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (reply.statusCode === 304) void reply.removeHeader('content-type');
    done(null, reply.statusCode === 304 ? null : payload);
  });
}

/** Marks an operation in the raw OpenAPI document; `refine` turns it into what the operation's method can answer. */
export const etagMark = 'x-sends-etag';

/** Adds `ETag` from the answer's version (RFC 9110). */
export function SendsETag(): MethodDecorator {
  return applyDecorators(AlsoConfigures({ sendsETag: true }), ApiExtension(etagMark, true));
}

/** The version in `If-Match`, if the request has one. */
export function ifMatchOf(context: ExecutionContext): number | undefined {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) return undefined;
  const match = shape.exec(header);
  if (!match)
    throw new DomainError('malformed', 'if-match', 'If-Match must be one entity tag as this service sends it.');
  return Number(match[1]);
}

/** The version in `If-Match`; throws `precondition-required` without one. */
export function neededIfMatchOf(context: ExecutionContext): number {
  const version = ifMatchOf(context);
  if (version !== undefined) return version;
  throw new DomainError(
    'precondition-required',
    'if-match-missing',
    'The header If-Match with the version read is needed.',
  );
}

const IfMatchValue = createParamDecorator((_: unknown, context: ExecutionContext) => neededIfMatchOf(context));

const IfMatchIfGivenValue = createParamDecorator((_: unknown, context: ExecutionContext) => ifMatchOf(context));

/** The version that the client read, from `If-Match`: 428 without it. Compare with `mustBeCurrent`. */
export const IfMatch = (): ParameterDecorator => IfMatchValue();

/** The same where the header may be left out: undefined then. For upserts by a natural key. */
export const IfMatchIfGiven = (): ParameterDecorator => IfMatchIfGivenValue();

/** Documents `If-Match` on the operation. */
export function NeedsIfMatch(): MethodDecorator {
  return ifMatchHeader(true, 'Entity tag of the version read.');
}

/** Documents an `If-Match` that may be left out. */
export function TakesIfMatch(): MethodDecorator {
  return ifMatchHeader(false, 'Entity tag of the version read; without it the newest version is replaced.');
}

function ifMatchHeader(required: boolean, description: string): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required,
    description,
    schema: { type: 'string', pattern: shape.source, example: '"1"' },
  });
}

/** Throws `stale` (412) when somebody else changed the object since the client read it. */
export function mustBeCurrent(object: { version: number }, read: number): void {
  if (object.version !== read) {
    throw new DomainError('stale', 'stale', `The object has version ${object.version} by now; read it again.`);
  }
}

/** For an upsert with `If-Match`: `stale` (412) when the object is not there, or is another version by now. */
export function mustExistFor(object: { version: number } | undefined, read: number | undefined): void {
  if (read === undefined) return;
  if (!object) throw new DomainError('stale', 'stale', 'The object is not there; leave If-Match out to create it.');
  mustBeCurrent(object, read);
}
