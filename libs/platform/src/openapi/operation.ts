import { applyDecorators, ParseUUIDPipe } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiHeader, ApiOperation, ApiParam, ApiResponse } from '@nestjs/swagger';

const meanings: Record<number, string> = {
  308: 'It is another object now; `Location` says which.',
  400: 'The request is malformed.',
  401: 'The token is missing, forged or expired.',
  403: 'The token lacks the scope, or the operation is for clients that act nationally.',
  404: 'Missing, or not the caller’s.',
  409: 'The stored facts forbid it.',
  410: 'It existed and is gone.',
  412: 'Changed since it was read.',
  413: 'The body is too large.',
  414: 'The address is too long.',
  415: 'The media type is not supported.',
  422: 'The input has faults; all of them are listed.',
  428: 'If-Match is missing.',
  429: 'Too many requests; wait for Retry-After seconds.',
  502: 'The service gave no valid answer.',
  503: 'Overloaded or a dependency is down; try again.',
  504: 'The service did not answer in time.',
};

/** What kind of request an operation is; decides which refusals it can give. */
export type OperationKind = 'read' | 'list' | 'create' | 'change' | 'upsert' | 'public-read' | 'command';

const always = [400, 414, 429, 502, 503, 504];
const refusals: Record<OperationKind, number[]> = {
  'public-read': [...always, 404],
  read: [...always, 401, 403, 404],
  list: [...always, 401, 403, 404],
  create: [...always, 401, 403, 404, 409, 413, 415, 422],
  change: [...always, 401, 403, 404, 409, 412, 413, 415, 422, 428],
  upsert: [...always, 401, 403, 404, 409, 412, 413, 415, 422],
  command: [...always, 401, 403, 404, 409, 413, 415, 422],
};

export interface OperationOptions {
  summary: string;
  /** `verbNoun`, unique over all services. */
  id: string;
  kind: OperationKind;
  /** Refusals besides those of its kind. */
  also?: number[];
  description?: string;
}

interface RouteArgument {
  data?: string;
  pipes: unknown[];
}

/** What the handler takes of one kind, from the decorators of its parameters. */
function argumentsOf(target: object, handler: string | symbol, type: RouteParamtypes): RouteArgument[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, handler) ?? {}) as Record<
    string,
    RouteArgument
  >;
  return Object.entries(all)
    .filter(([key]) => key.startsWith(`${type}:`))
    .map(([, argument]) => argument);
}

/** Path parameters as the pipes that read them take them. */
function parameters(target: object, handler: string | symbol): MethodDecorator[] {
  return argumentsOf(target, handler, RouteParamtypes.PARAM).flatMap(({ data: name, pipes }) => {
    if (name === undefined) return [];
    if (pipes.includes(ParseUUIDPipe)) return [ApiParam({ name, schema: { type: 'string', format: 'uuid' } })];
    return [];
  });
}

/** Documents an operation: summary, operationId, path parameters and every refusal it can give as problem+json. */
export function Operation(options: OperationOptions): MethodDecorator {
  return (target, handler, descriptor) => {
    const takesBody = argumentsOf(target, handler, RouteParamtypes.BODY).length > 0;
    for (const decorate of [...parameters(target, handler), describe(options, takesBody)])
      decorate(target, handler, descriptor);
  };
}

function describe(
  { summary, id, kind, also = [], description }: OperationOptions,
  takesBody: boolean,
): MethodDecorator {
  // Without a body there is no input that could have faults; a used Idempotency-Key is one all the same.
  const statuses = refusals[kind].filter((status) => status !== 422 || takesBody || kind === 'create');
  return applyDecorators(
    ApiOperation({ summary, operationId: id, ...(description === undefined ? {} : { description }) }),
    ...(kind === 'create'
      ? [
          ApiHeader({
            name: 'Idempotency-Key',
            required: true,
            schema: {
              type: 'string',
              minLength: 8,
              maxLength: 128,
              pattern: '^[!-~]+$',
              example: 'a-key-of-your-own-0001',
            },
            description: 'Same key and body: same answer, one effect.',
          }),
        ]
      : []),
    ...[...statuses, ...also].map((status) =>
      ApiResponse({ status, description: meanings[status] ?? 'Refused.', content: problemContent() }),
    ),
  );
}

function problemContent(): Record<string, { schema: { $ref: string } }> {
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}
