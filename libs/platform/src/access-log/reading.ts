import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import { DomainError } from '../errors/domain-error.js';
import { isPurpose, purposeCodes, purposes } from './purposes.js';
import type { Purpose } from './purposes.js';

/** A request that reads personal data: who asks, for whom, why. What an access record is made of. */
export interface Reading {
  by: Actor;
  /** The institutions within the client's reach; null for the whole country. */
  institutions: string[] | null;
  /** `X-Road-UserId` as given: the person behind the client. Holds a personal code as a rule, so it is kept nowhere. */
  userId: string | undefined;
  /** The operation's id as the OpenAPI document names it. */
  operation: string;
  purpose: Purpose | undefined;
  requestId: string;
}

/** Where `@Operation` leaves the operation's id. */
const operationKey = 'swagger/apiOperation';
const header = 'x-purpose';
const longestUserId = 200;

function readingOf(context: ExecutionContext): Reading {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const { actor, headers } = request;
  if (!actor) throw new Error('A public handler reads no personal data.');
  const described = Reflect.getMetadata(operationKey, context.getHandler()) as { operationId?: string } | undefined;
  if (described?.operationId === undefined) throw new Error('A handler that reads personal data needs @Operation.');
  const userId = headers['x-road-userid'];
  return {
    by: actor,
    institutions: actor.institutionFilter,
    userId: typeof userId === 'string' && userId !== '' ? userId.slice(0, longestUserId) : undefined,
    operation: described.operationId,
    purpose: purposeOf(headers[header]),
    requestId: request.id,
  };
}

/** Throws `purpose-unknown` (400) for what is no code of the list. */
function purposeOf(stated: string | string[] | undefined): Purpose | undefined {
  if (stated === undefined || isPurpose(stated)) return stated;
  throw new DomainError('malformed', 'purpose-unknown', `X-Purpose must be one of ${purposeCodes.join(', ')}.`);
}

/** For what the scope alone does not open: the person may ask what it was read for. Throws `purpose-missing` (400). */
export function mustStatePurpose({ purpose }: Reading): void {
  if (purpose !== undefined) return;
  throw new DomainError('malformed', 'purpose-missing', 'The header X-Purpose must say what this is read for.');
}

/** The read that the request asks for, as a handler hands it to its service. Document the header by `@StatesPurpose`. */
export const CurrentReading = createParamDecorator((_: unknown, context: ExecutionContext) => readingOf(context));

/** Documents `X-Purpose` on the operation. `when` says when it is needed. */
export function StatesPurpose(when = 'It may be left out.'): MethodDecorator {
  const list = purposes.map(({ code, meaning }) => `\`${code}\` ${meaning}`).join('; ');
  return applyDecorators(
    ApiHeader({
      name: 'X-Purpose',
      required: false,
      description: `Why the data are read; the person may see it. ${when} ${list}.`,
      schema: { type: 'string', enum: [...purposeCodes], example: 'TEACHING' },
    }),
  );
}
