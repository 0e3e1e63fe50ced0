import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '@meistras/platform/auth/actor';
import { ifMatchOf, neededIfMatchOf } from '@meistras/platform/http/etag';
import type { RegisterEntry } from './register-entry.js';

type MayChange = (entry: RegisterEntry) => void;

/** Who changes an entry, and the version that was read. */
export interface By {
  provider: string;
  actor: Actor;
  readVersion: number;
  /** Throws where the caller may not change the entry as it stands. */
  mayChange?: MayChange;
}

/** The same for an upsert, where the version may be left out. */
export interface ByIfGiven {
  provider: string;
  actor: Actor;
  readVersion: number | undefined;
  mayChange?: MayChange;
}

function actorOf(context: ExecutionContext): Actor {
  const { actor } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!actor) throw new Error('A public handler changes nothing.');
  return actor;
}

function providerOf(context: ExecutionContext): Pick<By, 'provider' | 'actor'> {
  const actor = actorOf(context);
  return { provider: actor.clientId, actor };
}

/** Caller and `If-Match` of a change; 428 without the header. */
export const ChangedBy = createParamDecorator((_: unknown, context: ExecutionContext): By => ({
  ...providerOf(context),
  readVersion: neededIfMatchOf(context),
}));

/** Caller and `If-Match`, if there is one, of an upsert. */
export const PutBy = createParamDecorator((_: unknown, context: ExecutionContext): ByIfGiven => ({
  ...providerOf(context),
  readVersion: ifMatchOf(context),
}));

/** The API client that states facts. */
export const Provider = createParamDecorator((_: unknown, context: ExecutionContext) => actorOf(context).clientId);
