import { applyDecorators, createParamDecorator, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { DomainError } from '../errors/domain-error.js';

const shape = /^"(\d{1,9})"$/;

/** Sends the answer's `version` as a strong entity tag; answers 304 when the client already has it. */
class ETagInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((body: { version?: number }) => {
        if (body.version === undefined) return body;
        const tag = `"${body.version}"`;
        void reply.header('etag', tag);
        if (request.method !== 'GET' || request.headers['if-none-match'] !== tag) return body;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}

/** Marks an operation in the raw OpenAPI document; `refine` turns it into what the operation's method can answer. */
export const etagMark = 'x-sends-etag';

/** Adds `ETag` from the answer's version (RFC 9110). */
export function SendsETag(): MethodDecorator {
  return applyDecorators(UseInterceptors(ETagInterceptor), ApiExtension(etagMark, true));
}

function ifMatchOf(context: ExecutionContext): number | undefined {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'];
  if (header === undefined) return undefined;
  const match = shape.exec(header);
  if (!match)
    throw new DomainError('malformed', 'if-match', 'If-Match must be one entity tag as this service sends it.');
  return Number(match[1]);
}

const IfMatchValue = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const version = ifMatchOf(context);
  if (version !== undefined) return version;
  throw new DomainError(
    'precondition-required',
    'if-match-missing',
    'The header If-Match with the version read is needed.',
  );
});

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
