import { createHash } from 'node:crypto';
import { applyDecorators, createParamDecorator, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { etagMark } from '@meistras/platform/http/etag';
import { languageOf } from './language.rules.js';
import type { Language } from './language.rules.js';

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The language that the request asks for. */
export const InLanguage = createParamDecorator((_: unknown, context: ExecutionContext): Language =>
  languageOf(requestOf(context).headers['accept-language']),
);

/** Names the language of the answer, and that another one may be had. */
class LanguageInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const language = languageOf(requestOf(context).headers['accept-language']);
    return next.handle().pipe(
      map((answer: unknown) => {
        void reply.header('content-language', language).header('vary', 'Accept-Language');
        return answer;
      }),
    );
  }
}

/**
 * An answer that is the same for everybody: shared caches may keep it for a minute. Its entity tag is that of its content,
 * because a list has no version.
 */
class SharedAnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      map((answer: unknown) => {
        const content = `${String(reply.getHeader('content-language') ?? '')}\n${JSON.stringify(answer)}`;
        const tag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
        void reply.header('cache-control', 'public, max-age=60').header('etag', tag);
        if (names(requestOf(context).headers['if-none-match'], tag)) void reply.status(304);
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

/** The answer depends on `Accept-Language`: lt, en or vi. */
export function SpeaksLanguages(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(LanguageInterceptor),
    ApiHeader({
      name: 'Accept-Language',
      required: false,
      description: 'Language of `name` and `description`: lt, en or vi; lt if none of them is asked for.',
      schema: { type: 'string', example: 'en' },
    }),
  );
}

/** The answer may be kept by shared caches. Stands above `@SpeaksLanguages`. */
export function SharedAnswer(): MethodDecorator {
  return applyDecorators(UseInterceptors(SharedAnswerInterceptor), ApiExtension(etagMark, true));
}
