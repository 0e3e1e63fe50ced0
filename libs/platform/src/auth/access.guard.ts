import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isUUID } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { DomainError, missing } from '../errors/domain-error.js';
import { Clock } from '../time/clock.js';
import { accessRuleKey } from './access.js';
import type { AccessRule } from './access.js';
import type { Actor } from './actor.js';
import { MunicipalReach } from './municipal-reach.js';
import { bearerOf, TokenVerifier, unauthenticated } from './token-verifier.js';

/** Deny by default: a request passes only by the rule of its handler. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly clock: Clock,
    private readonly municipal: MunicipalReach,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const rule = this.reflector.get<AccessRule | undefined>(accessRuleKey, context.getHandler());
    if (!rule) throw new DomainError('forbidden', 'closed', 'This operation is not open to anyone.');
    if (rule.public) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerOf(request.headers.authorization);
    if (token === undefined) throw unauthenticated('A bearer token is needed.');
    const known = this.tokens.recall(token, Math.floor(this.clock.real().getTime() / 1_000));
    if (known) return this.admit(request, rule, known);
    return this.tokens.verify(token).then(({ actor }) => this.admit(request, rule, actor));
  }

  private admit(request: FastifyRequest, rule: AccessRule, actor: Actor): boolean | Promise<boolean> {
    if (!actor.isMunicipal) return check(request, rule, actor);
    if (!rule.municipal) return check(request, rule, actor.reaching(new Set()));
    return this.municipal.of(actor).then((reaching) => check(request, rule, reaching));
  }
}

function check(request: FastifyRequest, rule: AccessRule, actor: Actor): true {
  request.actor = actor;
  if (rule.scope !== undefined && !actor.may(rule.scope)) {
    throw new DomainError('forbidden', 'scope-missing', `The token lacks the scope ${rule.scope}.`);
  }
  const isRead = request.method === 'GET' || rule.scope?.endsWith(':read') === true;
  if (actor.isMunicipal && !isRead && !rule.municipal) {
    throw new DomainError(
      'forbidden',
      'municipality-reads',
      'A municipality reads for coordination; it writes no such object.',
    );
  }
  if (rule.national && !(rule.municipal && actor.isMunicipal)) actor.mustBeNational();
  if (rule.institution !== undefined) {
    const id = rule.institution
      .split('.')
      .reduce<unknown>((from, name) => (from as Record<string, unknown> | undefined)?.[name], request);
    // What is no UUID is left to the input check, which names the fault.
    if (typeof id === 'string' && isUUID(id) && !actor.actsFor(id)) throw missing('institution');
  }
  return true;
}
