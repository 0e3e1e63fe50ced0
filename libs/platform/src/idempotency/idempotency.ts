import { createHash } from 'node:crypto';
import { createParamDecorator, Injectable } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Prepared, preparedIn } from '../database/prepared.js';
import type { Statement } from '../database/prepared.js';
import { columnArrays, insertOneText, insertText, rowValues } from '../database/rows.js';
import type { Table } from '../database/rows.js';
import { isOfSurroundings } from '../database/surroundings.js';
import { Writes } from '../database/writes.js';
import type { Insert } from '../database/writes.js';
import { conflict, DomainError, invalid } from '../errors/domain-error.js';
import { Outbox } from '../outbox/outbox.js';

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

/** What a creating request makes: its answer, and the rows to be stored. */
export interface Creation<T extends object> {
  answer: T;
  inserts: Insert[];
}

interface StoredAnswer<T> {
  fingerprint: string;
  /** Null once it is kept no longer. */
  body: T | null;
}

/**
 * One effect for a request however often it arrives: the key's row, unique for a client, commits with the effect. A copy
 * waits on it for the first one's end and answers the same; so does a later copy, whatever has become impossible since.
 */
@Injectable()
export class Idempotency {
  constructor(
    private readonly dataSource: DataSource,
    private readonly prepared: Prepared,
    private readonly writes: Writes,
    private readonly outbox: Outbox,
  ) {}

  /** Runs `work` in a transaction the first time; answers what it answered then every other time. */
  run<T extends object>(once: WriteOnce, work: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.share(once, () =>
      this.dataSource.transaction(async (tx) => {
        const answer = await work(tx);
        await preparedIn(tx, keepKey, rowValues(keyTable, rowOf(once, answer)));
        return answer;
      }),
    );
  }

  /** The same for new rows that need no transaction: they are stored with the key in one statement (see Writes). */
  create<T extends object>(once: WriteOnce, make: () => Creation<T> | Promise<Creation<T>>): Promise<T> {
    return this.orReplay(once, async () => {
      const { answer, inserts } = await make();
      await this.writes.commit([...inserts, { table: keyTable, rows: [rowOf(once, answer)] }]);
      this.outbox.committed();
      return answer;
    });
  }

  /** The same for work that is done together with that of others, in a transaction that keeps the answer (`keep`). */
  share<T extends object>(once: WriteOnce, work: () => Promise<T>): Promise<T> {
    return this.orReplay(once, async () => {
      const stored = await this.stored(once);
      return stored ? this.replay(once, stored as StoredAnswer<T>) : work();
    });
  }

  /** Keeps answers for copies of their requests. Throws the driver's error when one is kept already: the other did the work. */
  async keep(tx: EntityManager, answers: { once: WriteOnce; answer: object }[]): Promise<void> {
    const rows = answers.map(({ once, answer }) => rowOf(once, answer));
    await preparedIn(tx, keepKeys, columnArrays(keyTable, rows));
  }

  /** Whatever a copy failed at, the first one's answer is its answer. */
  private async orReplay<T extends object>(once: WriteOnce, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isOfSurroundings(error)) throw error;
      const stored = await this.stored(once);
      if (!stored) throw error;
      return this.replay(once, stored as StoredAnswer<T>);
    }
  }

  private replay<T extends object>(once: WriteOnce, { body }: StoredAnswer<T>): T {
    if (body === null)
      throw conflict('idempotency-answer-forgotten', 'The request was done; its answer is kept no longer.');
    once.replayed();
    return body;
  }

  /** Throws `idempotency-key-reused` when the key belongs to another request. */
  private async stored({ clientId, key, fingerprint }: WriteOnce): Promise<StoredAnswer<object> | undefined> {
    const [row] = await this.prepared.rows<StoredAnswer<object>>(readKey, [clientId, key]);
    if (row && row.fingerprint !== fingerprint)
      throw invalid('idempotency-key-reused', 'This Idempotency-Key was used for another request.');
    return row;
  }
}

const readKey: Statement = {
  name: 'idempotency-key',
  text: 'SELECT fingerprint, body FROM idempotency_key WHERE client_id = $1 AND key = $2',
};

const keyTable: Table = {
  name: 'idempotency_key',
  columns: ['client_id', 'key', 'fingerprint', 'status', 'body'].map((name) => ({
    name,
    property: name,
    type: name === 'status' ? 'smallint' : name === 'body' ? 'json' : 'text',
  })),
};

const keepKey: Statement = { name: 'idempotency-key-kept', text: insertOneText(keyTable, 1) };
const keepKeys: Statement = { name: 'idempotency-keys-kept', text: insertText(keyTable) };

function rowOf({ clientId, key, fingerprint }: WriteOnce, body: object): object {
  return { client_id: clientId, key, fingerprint, status: 201, body };
}
