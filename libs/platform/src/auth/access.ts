import { applyDecorators, createParamDecorator, SetMetadata } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Actor } from './actor.js';

/** What a handler asks of its caller. A handler without a rule is closed. */
export interface AccessRule {
  scope?: string;
  public?: true;
  national?: true;
  /**
   * Opens to municipalities what is not open to all: a read of what lies in their area, a write whose object the handler
   * judges. Without it a municipality acts for no institution, and writes nothing.
   */
  municipal?: true;
  /** Where the request names the institution that it is about: `params.id`, `query.institutionId`, `body.institutionId`. */
  institution?: string;
}

export const accessRuleKey = 'meistras:access';

declare module 'fastify' {
  interface FastifyRequest {
    actor?: Actor;
  }
}

/** Opens a handler to clients with the scope; with `institution`, only if they act for it; with `national`, nationally. */
export function Scope(scope: string, relation: Omit<AccessRule, 'scope' | 'public'> = {}): MethodDecorator {
  return applyDecorators(SetMetadata(accessRuleKey, { scope, ...relation }), ApiSecurity('oauth2', [scope]));
}

/** Opens a handler to everybody, without a token. */
export function Public(): MethodDecorator {
  return SetMetadata(accessRuleKey, { public: true } satisfies AccessRule);
}

/** Opens a handler to every client with a valid token. */
export function Authenticated(): MethodDecorator {
  return applyDecorators(SetMetadata(accessRuleKey, {} satisfies AccessRule), ApiSecurity('oauth2', []));
}

/** The caller. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!actor) throw new Error('A public handler has no caller.');
  return actor;
});
