import { applyDecorators, createParamDecorator, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
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

/** The answer depends on `Accept-Language`: lt, en or vi. */
export function SpeaksLanguages(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(LanguageInterceptor),
    ApiHeader({
      name: 'Accept-Language',
      required: false,
      description: 'Language of names and texts: lt, en or vi; lt if none of them is asked for.',
      schema: { type: 'string', example: 'en' },
    }),
  );
}
