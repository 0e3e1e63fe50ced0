import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { languageOf } from './language.rules.js';
import type { Language } from './language.rules.js';
import { AlsoConfigures } from './route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    speaksLanguages?: true;
  }
}

/** The language that a request asks for. */
export const languageAskedBy = (request: FastifyRequest): Language => languageOf(request.headers['accept-language']);

/** The language that the request asks for. */
export const InLanguage = createParamDecorator((_: unknown, context: ExecutionContext): Language =>
  languageAskedBy(context.switchToHttp().getRequest()),
);

/**
 * Names the language of an answer where the route has `@SpeaksLanguages`, and that another one may be had. A hook, as
 * for entity tags: an interceptor costs a tenth of a read.
 */
export function nameLanguages(fastify: FastifyInstance): void {
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    if (request.routeOptions.config.speaksLanguages && reply.statusCode < 400)
      void reply.header('content-language', languageAskedBy(request)).header('vary', 'Accept-Language');
    done(null, payload);
  });
}

/** The answer depends on `Accept-Language`: lt, en or vi. */
export function SpeaksLanguages(): MethodDecorator {
  return applyDecorators(
    AlsoConfigures({ speaksLanguages: true }),
    ApiHeader({
      name: 'Accept-Language',
      required: false,
      description: 'Language of names and texts: lt, en or vi; lt if none of them is asked for.',
      schema: { type: 'string', example: 'en' },
    }),
  );
}
