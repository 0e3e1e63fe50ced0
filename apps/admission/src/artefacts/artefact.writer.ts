import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

export const artefactParts = ['RUN', 'FACTS'] as const;
export type ArtefactPart = (typeof artefactParts)[number];

/** Takes a finished piece. */
export type KeepChunk = (part: ArtefactPart, sequence: number, content: Buffer) => Promise<void>;

const batchLength = 65_536;
const chunkBytes = 1_048_576;
const zipped = promisify(gzip);

/** Text of one part on its way into chunks; each is gzipped by itself. */
class Part {
  private text = '';
  private bytes: Buffer[] = [];
  private size = 0;
  private sequence = 0;

  constructor(
    private readonly name: ArtefactPart,
    private readonly keep: KeepChunk | undefined,
    private readonly digested: (bytes: Buffer) => void,
  ) {}

  add(text: string): void {
    this.text += text;
    if (this.text.length > batchLength) this.settle();
  }

  /** Everything added so far has reached the digests. */
  settle(): void {
    const bytes = Buffer.from(this.text, 'utf8');
    this.text = '';
    this.digested(bytes);
    this.bytes.push(bytes);
    this.size += bytes.length;
  }

  /** Keeps what makes a whole chunk; with `all` also the rest. Returns the number of the next one. */
  async flush(all = false): Promise<number> {
    if (all) this.settle();
    if (this.size === 0 || (this.size < chunkBytes && !all)) return this.sequence;
    const content = Buffer.concat(this.bytes);
    this.bytes = [];
    this.size = 0;
    const sequence = this.sequence++;
    await this.keep?.(this.name, sequence, await zipped(content, { level: 1 }));
    return this.sequence;
  }
}

/**
 * Writes an artefact as it grows: the run, whose bytes are digested and signed, and beside it the facts of the applicants,
 * which the run's rows commit to by their hashes. Holds no more than a chunk of each.
 */
export class ArtefactWriter {
  private readonly whole = createHash('sha256');
  private section: Hash | undefined;
  private readonly run: Part;
  private readonly facts: Part;
  private rows = 0;
  private factRows = 0;

  /** Without `keep` nothing is kept but the digests. */
  constructor(keep: KeepChunk | undefined) {
    this.run = new Part('RUN', keep, (bytes) => {
      this.whole.update(bytes);
      this.section?.update(bytes);
    });
    this.facts = new Part('FACTS', keep, () => undefined);
  }

  line(text: string): void {
    this.run.add(`${text}\n`);
  }

  /** A property with a list whose rows follow, one on a line. */
  open(name: string): void {
    this.rows = 0;
    this.run.add(`"${name}":[\n`);
  }

  row(text: string): void {
    this.run.add(this.rows++ === 0 ? text : `,\n${text}`);
  }

  close(): void {
    this.run.add(this.rows === 0 ? '],\n' : '\n],\n');
  }

  fact(text: string): void {
    this.facts.add(this.factRows++ === 0 ? text : `,\n${text}`);
  }

  /** From here to `endSection` every byte also counts for a hash of its own. */
  beginSection(): void {
    this.run.settle();
    this.section = createHash('sha256');
  }

  endSection(): string {
    this.run.settle();
    const digest = this.section?.digest('hex') ?? '';
    this.section = undefined;
    return digest;
  }

  /** Keeps whole chunks; called now and then, so that memory stays bounded. */
  async flush(): Promise<void> {
    await this.run.flush();
    await this.facts.flush();
  }

  /** Keeps the rest. Answers the digest of the run and the number of the chunk that its signature will be. */
  async end(): Promise<{ digest: string; nextSequence: number }> {
    await this.facts.flush(true);
    const nextSequence = await this.run.flush(true);
    return { digest: this.whole.digest('hex'), nextSequence };
  }
}
