import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { QueryFailedError } from 'typeorm';
import { isOfSurroundings } from '../database/surroundings.js';
import { shownPath } from '../http/shown-path.js';
import { DomainError, statusOf } from './domain-error.js';
import type { ErrorKind } from './domain-error.js';
import type { Problem } from './problem.js';

const log = new Logger('Problem');

/** Codes of faults that Fastify finds before any handler runs; with words of ours where its own repeat the address. */
const fastifyCodes: Record<string, [ErrorKind, string, number?, string?]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['malformed', 'unsupported-media-type', 415],
  FST_ERR_CTP_BODY_TOO_LARGE: ['malformed', 'body-too-large', 413],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed', 'malformed-json'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['malformed', 'malformed-json'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed', 'malformed-body'],
  FST_ERR_BAD_URL: ['malformed', 'malformed-url', 400, 'The address is not well formed.'],
  FST_ERR_MAX_PARAM_LENGTH: ['malformed', 'address-too-long', 414, 'A part of the address is too long.'],
};

/** PostgreSQL's word for refusals that the schema itself makes; the constraint's name is the code. */
const sqlKinds: Record<string, ErrorKind> = {
  '23505': 'conflict',
  '23503': 'conflict',
  '23514': 'invalid',
  '23P01': 'conflict',
};

interface DriverError {
  code?: string;
  constraint?: string;
}

/** Turns anything thrown into status and problem+json. Unknown errors say nothing but the request id. */
export function toProblem(error: unknown, service: string, request: { url: string; id: string }): Problem {
  const of = (status: number, code: string, detail: string, errors?: Problem['errors']): Problem => ({
    type: `urn:meistras:problem:${service}:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: shownPath(request.url),
    requestId: request.id,
    ...(errors && errors.length > 0 ? { errors } : {}),
  });
  if (error instanceof DomainError) return of(statusOf[error.kind], error.code, error.message, error.faults);
  if (isOfSurroundings(error)) return of(503, 'busy', 'The service is busy. Try again.');
  if (error instanceof QueryFailedError) return fromSql(error.driverError as DriverError, of);
  if (error instanceof HttpException) {
    const status = error.getStatus();
    // Nest repeats the address, which may hold what no answer should.
    const detail = status === 404 ? 'There is no such operation.' : error.message;
    return of(status, STATUS_CODES[status]?.toLowerCase().replaceAll(' ', '-') ?? 'error', detail);
  }
  const code = (error as Partial<FastifyError>).code ?? '';
  const known = fastifyCodes[code];
  if (known) {
    const [kind, name, status = statusOf[kind], detail = (error as Error).message] = known;
    return of(status, name, detail);
  }
  if (code !== '' && /^[0-9A-Z]{5}$/.test(code)) return fromSql(error as DriverError, of);
  const { statusCode } = error as Partial<FastifyError>;
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return of(statusCode, 'malformed-request', (error as Error).message);
  return of(500, 'internal', 'The service failed. Quote the request id to the operator.');
}

function fromSql(error: DriverError, of: (status: number, code: string, detail: string) => Problem): Problem {
  const kind = sqlKinds[error.code ?? ''];
  if (kind && error.constraint) {
    return of(
      statusOf[kind],
      error.constraint.replaceAll('_', '-'),
      `The stored facts forbid it: ${error.constraint}.`,
    );
  }
  return of(500, 'internal', 'The service failed. Quote the request id to the operator.');
}

/** The one place where a refusal becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly service: string) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    sendProblem(error, this.service, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

export function sendProblem(error: unknown, service: string, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error, service, request);
  if (problem.status === 500) log.error({ err: error, requestId: request.id }, problem.detail);
  else if (problem.status > 500) log.warn({ err: error, requestId: request.id }, problem.detail);
  if (error instanceof DomainError && error.location !== undefined) void reply.header('location', error.location);
  if (problem.status === 503) void reply.header('retry-after', '1');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer error="invalid_token"');
  void reply.status(problem.status).header('content-type', 'application/problem+json').send(problem);
}
