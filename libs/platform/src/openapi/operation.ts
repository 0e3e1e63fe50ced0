import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';

const meanings: Record<number, string> = {
  400: 'The request is malformed.',
  401: 'The token is missing, forged or expired.',
  403: 'The token lacks the scope, or the operation is for clients that act nationally.',
  404: 'Missing, or not the caller’s.',
  409: 'The stored facts forbid it.',
  410: 'It existed and is gone.',
  412: 'Changed since it was read.',
  413: 'The body is too large.',
  415: 'The media type is not supported.',
  422: 'The input has faults; all of them are listed.',
  428: 'If-Match is missing.',
  429: 'Too many requests; wait for Retry-After seconds.',
  503: 'Overloaded or a dependency is down; try again.',
};

/** What kind of request an operation is; decides which refusals it can give. */
export type OperationKind = 'read' | 'list' | 'create' | 'change' | 'upsert' | 'public-read' | 'command';

const always = [400, 429, 503];
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
  description?: string;
}

/** Documents an operation: summary, operationId and every refusal it can give as problem+json. */
export function Operation({ summary, id, kind, description }: OperationOptions): MethodDecorator {
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
    ...refusals[kind].map((status) =>
      ApiResponse({ status, description: meanings[status] ?? 'Refused.', content: problemContent() }),
    ),
  );
}

function problemContent(): Record<string, { schema: { $ref: string } }> {
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}
