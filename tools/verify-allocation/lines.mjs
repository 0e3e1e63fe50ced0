// Reads a file as lines, hashing what it is told to, and holds no more than a chunk of it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

const lineFeed = 0x0a;

/** The file is not the artefact of a run, or only a part of one. */
export class Unreadable extends Error {}

/** Bytes of the file between two lines, however they fall into chunks. */
class Section {
  hash = createHash('sha256');

  digest() {
    return this.hash.digest('hex');
  }
}

export class Lines {
  /** Number of the line read last, from 1. */
  number = 0;
  #chunks;
  #chunk = Buffer.alloc(0);
  #at = 0;
  #fed = 0;
  #open = new Set();
  #next;

  /** @param {string} file plain, or gzipped when its name ends so */
  constructor(file) {
    const bytes = createReadStream(file, { highWaterMark: 1_048_576 });
    const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
    bytes.on('error', (error) => text.destroy(error));
    this.#chunks = text[Symbol.asyncIterator]();
  }

  /** Looks at the next line without taking it; undefined at the end. */
  peek() {
    this.#next ??= this.#find();
    return this.#next;
  }

  /** Takes the next line. Only lines that end are lines: a file cut off in one says so. */
  async take() {
    const line = await this.peek();
    if (line === undefined) throw new Unreadable(`the file ends after line ${this.number}: it is truncated`);
    this.#next = undefined;
    this.number += 1;
    this.#at += line.length + 1;
    return line.text;
  }

  /** From the next line on every byte counts, until `close`. */
  open() {
    this.#feed();
    const section = new Section();
    this.#open.add(section);
    return section;
  }

  /** SHA-256 of all lines taken since `open`, line feeds included. */
  close(section) {
    this.#feed();
    this.#open.delete(section);
    return section.digest();
  }

  /** A line that lies whole in the chunk in hand is not worth a promise: a file has millions. */
  #find() {
    const end = this.#chunk.indexOf(lineFeed, this.#at);
    return end < 0 ? this.#findFurther() : this.#line(end);
  }

  async #findFurther() {
    for (;;) {
      const { value, done } = await this.#chunks.next();
      if (done) {
        if (this.#at < this.#chunk.length)
          throw new Unreadable(`line ${this.number + 1} does not end: the file is truncated`);
        return undefined;
      }
      this.#feed();
      const rest = this.#chunk.subarray(this.#at);
      this.#chunk = rest.length === 0 ? value : Buffer.concat([rest, value]);
      this.#at = 0;
      this.#fed = 0;
      const end = this.#chunk.indexOf(lineFeed, rest.length);
      if (end >= 0) return this.#line(end);
    }
  }

  #line(end) {
    return { text: this.#chunk.toString('utf8', this.#at, end), length: end - this.#at };
  }

  #feed() {
    if (this.#fed < this.#at) {
      const bytes = this.#chunk.subarray(this.#fed, this.#at);
      for (const { hash } of this.#open) hash.update(bytes);
    }
    this.#fed = this.#at;
  }
}
