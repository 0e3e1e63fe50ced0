import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { DomainError, missing } from '@meistras/platform/errors/domain-error';
import { ArtefactSigner } from './artefact.signer.js';
import type { ArtefactPart } from './artefact.writer.js';

const unzipped = promisify(gunzip);
const zipped = promisify(gzip);

/** A stream lasts as long as its reader takes. */
const atOnce = 8;

interface Found {
  runId: string;
  attempt: number;
}

/** Runs as they were, for whoever checks them. */
@Injectable()
export class ArtefactsService {
  private open = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly signer: ArtefactSigner,
  ) {}

  /** Ends the artefact of an attempt with its signature. Returns the id of the key. */
  async seal(
    tx: EntityManager,
    { id, attempt }: { id: string; attempt: number },
    { digest, nextSequence }: { digest: string; nextSequence: number },
  ): Promise<string> {
    await tx.query(
      `INSERT INTO artefact_chunk (run_id, attempt, part, sequence, content) VALUES ($1, $2, 'RUN', $3, $4)`,
      [id, attempt, nextSequence, await zipped(this.signer.seal(digest))],
    );
    return this.signer.key.kid;
  }

  /** What everybody may read: a published run of which nothing is held back, without the facts of its applicants. */
  async published(runId: string): Promise<Readable> {
    const [found]: Found[] = await this.dataSource.query(
      `SELECT r.id AS "runId", r.attempt FROM matching_run r WHERE r.id = $1 AND r.state = 'PUBLISHED' AND NOT EXISTS
         (SELECT 1 FROM quarantined_application q WHERE q.run_id = r.id AND NOT EXISTS
           (SELECT 1 FROM quarantine_decision d WHERE d.run_id = r.id AND d.group_number = q.group_number))`,
      [runId],
    );
    return this.stream(found, false);
  }

  /** A run that was computed, with the facts of its applicants: for the ministry and its auditors. */
  async full(runId: string): Promise<Readable> {
    const [found]: Found[] = await this.dataSource.query(
      'SELECT id AS "runId", attempt FROM matching_run WHERE id = $1 AND digest IS NOT NULL',
      [runId],
    );
    return this.stream(found, true);
  }

  private stream(found: Found | undefined, withFacts: boolean): Readable {
    if (!found) throw missing('run');
    if (this.open >= atOnce)
      throw new DomainError('unavailable', 'artefacts-busy', 'Too many are being read. Try again.');
    this.open += 1;
    const text = Readable.from(this.text(found, withFacts), { objectMode: false });
    text.once('close', () => (this.open -= 1));
    return text;
  }

  /** One chunk in memory at a time. */
  private async *text(found: Found, withFacts: boolean): AsyncGenerator<Buffer> {
    yield* this.chunks(found, 'RUN');
    if (withFacts) {
      yield Buffer.from(',\n"facts":[\n');
      yield* this.chunks(found, 'FACTS');
      yield Buffer.from('\n]');
    }
    yield Buffer.from('}\n');
  }

  private async *chunks({ runId, attempt }: Found, part: ArtefactPart): AsyncGenerator<Buffer> {
    for (let sequence = 0; ; sequence += 1) {
      const [row]: { content: Buffer }[] = await this.dataSource.query(
        'SELECT content FROM artefact_chunk WHERE run_id = $1 AND attempt = $2 AND part = $3 AND sequence = $4',
        [runId, attempt, part, sequence],
      );
      if (!row) return;
      yield await unzipped(row.content);
    }
  }
}
