import { createHash } from 'node:crypto';
import { applyDecorators, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { etagMark } from './etag.js';
import { languageAskedBy } from './languages.js';

/**
 * An answer that is the same for everybody: shared caches may keep it for a minute. Its entity tag is that of its content,
 * because a list has no version.
 */
class SharedAnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        const request = context.switchToHttp().getRequest<FastifyRequest>();
        const language = request.routeOptions.config.speaksLanguages ? languageAskedBy(request) : '';
        const content = `${language}\n${JSON.stringify(answer)}`;
        const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
        void reply.header('cache-control', 'public, max-age=60').header('etag', tag);
        if (names(request.headers['if-none-match'], tag)) void reply.status(304);
        return answer;
      }),
    );
  }
}

/** Whether `If-None-Match` names a tag (RFC 9110, 13.1.2; the comparison is weak). */
function names(header: string | undefined, tag: string): boolean {
  const tags = (header ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}

/** The answer may be kept by shared caches. */
export function SharedAnswer(): MethodDecorator {
  return applyDecorators(UseInterceptors(SharedAnswerInterceptor), ApiExtension(etagMark, true));
}
