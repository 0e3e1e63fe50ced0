import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { conflict, DomainError, invalid } from '../errors/domain-error.js';

/** A creating request that may arrive twice: who sent it, under which key, with which body. */
export interface WriteOnce {
  clientId: string;
  key: string;
  fingerprint: string;
  /** Set when the answer is the one of the first time. */
  replayed: () => void;
}

const keyShape = /^[\x21-\x7e]{8,128}$/;

/** The `Idempotency-Key` of the request (8 to 128 visible ASCII characters) with the fingerprint of its body. */
export const Once = createParamDecorator((_: unknown, context: ExecutionContext): WriteOnce => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !keyShape.test(key)) {
    throw new DomainError(
      'malformed',
      'idempotency-key',
      'The header Idempotency-Key is needed: 8 to 128 visible ASCII characters.',
    );
  }
  const body = typeof request.body === 'object' && !isStream(request.body) ? JSON.stringify(request.body) : '';
  return {
    clientId: request.actor?.clientId ?? '',
    key,
    fingerprint: createHash('sha256').update(`${request.method} ${request.url}\n${body}`).digest('base64'),
    replayed: () => void reply.header('idempotent-replayed', 'true'),
  };
});

function isStream(body: object | null): boolean {
  return body !== null && 'pipe' in body;
}

interface StoredAnswer {
  locked: boolean;
  fingerprint: string | null;
  body: unknown;
}

/**
 * One effect for a request however often it arrives. The key's row commits with the effect; a lock on the key, held to the
 * end of the transaction, lets only one of ten parallel copies work.
 */
@Injectable()
export class Idempotency {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in a transaction the first time; answers what it answered then every other time. */
  async run<T extends object>(once: WriteOnce, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.inTransaction(async (tx) => {
      const stored = await claim(tx, once);
      if (stored) {
        once.replayed();
        return stored as T;
      }
      const answer = await work(tx);
      await tx.query(
        'INSERT INTO idempotency_key (client_id, key, fingerprint, status, body) VALUES ($1, $2, $3, 201, $4)',
        [once.clientId, once.key, once.fingerprint, JSON.stringify(answer)],
      );
      return answer;
    });
  }

  /** A copy that read before the first one committed and locked after it fails on the key's row: it came too early. */
  private async inTransaction<T>(work: (tx: EntityManager) => Promise<T>): Promise<T> {
    try {
      return await this.dataSource.transaction(work);
    } catch (error) {
      const { constraint } = (error as { driverError?: { constraint?: string } }).driverError ?? {};
      throw constraint === 'idempotency_key_pk' ? inFlight() : error;
    }
  }
}

const inFlight = (): DomainError =>
  conflict('request-in-flight', 'The first request with this Idempotency-Key is still running.');

/** Locks the key and returns the first answer, if there was one. */
async function claim(tx: EntityManager, { clientId, key, fingerprint }: WriteOnce): Promise<object | undefined> {
  const [row]: StoredAnswer[] = await tx.query(
    `SELECT pg_try_advisory_xact_lock(hashtextextended($1 || E'\\n' || $2, 0)) AS locked, k.fingerprint, k.body
     FROM (SELECT 1) always LEFT JOIN idempotency_key k ON k.client_id = $1 AND k.key = $2`,
    [clientId, key],
  );
  if (!row?.locked) throw inFlight();
  if (row.fingerprint === null) return undefined;
  if (row.fingerprint !== fingerprint) {
    throw invalid('idempotency-key-reused', 'This Idempotency-Key was used for another request.');
  }
  return row.body as object;
}
