import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ifMatchOf, neededIfMatchOf } from '@meistras/platform/http/etag';

/** Who changes an entry, and the version that was read. */
export interface By {
  provider: string;
  readVersion: number;
}

/** The same for an upsert, where the version may be left out. */
export interface ByIfGiven {
  provider: string;
  readVersion: number | undefined;
}

const providerOf = (context: ExecutionContext): string =>
  context.switchToHttp().getRequest<FastifyRequest>().actor?.clientId ?? '';

/** Caller and `If-Match` of a change; 428 without the header. */
export const ChangedBy = createParamDecorator((_: unknown, context: ExecutionContext): By => ({
  provider: providerOf(context),
  readVersion: neededIfMatchOf(context),
}));

/** Caller and `If-Match`, if there is one, of an upsert. */
export const PutBy = createParamDecorator((_: unknown, context: ExecutionContext): ByIfGiven => ({
  provider: providerOf(context),
  readVersion: ifMatchOf(context),
}));

/** The API client that states facts. */
export const Provider = createParamDecorator((_: unknown, context: ExecutionContext) => providerOf(context));
