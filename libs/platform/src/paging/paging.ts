import { applyDecorators, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { DomainError } from '../errors/domain-error.js';

/** Query parameters of every list. Extend it with the list's own filters. */
export class PageQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 500,
    default: 25,
    description: 'How many items at most.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit = 25;

  @ApiPropertyOptional({ maxLength: 512, description: 'Cursor of the page before: its `next`.' })
  @IsOptional()
  @IsString()
  @MaxLength(512)
  after?: string;
}

/** A page of a list in a stable order. `next` is the cursor of the page after it, absent on the last one. */
export interface Page<T> {
  items: T[];
  next?: string;
}

/** The opaque cursor of a row: its sort keys. */
export function encodeCursor(keys: (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** The sort keys in a cursor; throws `malformed` unless it is one that `encodeCursor` made for this list. */
export function decodeCursor(cursor: string, shapes: RegExp[]): string[] {
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    keys = undefined;
  }
  if (!Array.isArray(keys) || keys.length !== shapes.length || !keys.every((key, i) => shapes[i]?.test(String(key)))) {
    throw new DomainError('malformed', 'cursor', 'The cursor is not one of this list.', [
      { pointer: '?after', code: 'CURSOR', message: 'The cursor is not one of this list.' },
    ]);
  }
  return keys.map(String);
}

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id to read after, for lists ordered by id. The zero id stands before all. */
export function afterId(query: PageQuery): string {
  if (query.after === undefined) return '00000000-0000-0000-0000-000000000000';
  const [id = ''] = decodeCursor(query.after, [uuidShape]);
  return id;
}

/** The id to read before, for lists ordered by id from the newest on. The highest id stands behind all. */
export function beforeId(query: PageQuery): string {
  if (query.after === undefined) return 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  const [id = ''] = decodeCursor(query.after, [uuidShape]);
  return id;
}

/** Makes a page of `limit + 1` rows read: the one too many only says that there is a next page. */
export function toPage<R, T>(
  rows: R[],
  limit: number,
  toItem: (row: R) => T,
  keysOf: (row: R) => (string | number)[],
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(toItem),
    ...(rows.length > limit && last !== undefined ? { next: encodeCursor(keysOf(last)) } : {}),
  };
}

/** Adds `Link: <…>; rel="next"` (RFC 8288) to a page. */
class NextLinkInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    return next.handle().pipe(
      map((page: Page<unknown>) => {
        if (page.next !== undefined) {
          const url = new URL(http.getRequest<FastifyRequest>().url, 'http://localhost');
          url.searchParams.set('after', page.next);
          void http.getResponse<FastifyReply>().header('link', `<${url.pathname}${url.search}>; rel="next"`);
        }
        return page;
      }),
    );
  }
}

export function Paged(): MethodDecorator {
  return applyDecorators(UseInterceptors(NextLinkInterceptor));
}
