import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Secrecy } from '@meistras/platform/imports/import-kind';
import { RegistersConfig } from '../registers.config.js';

const cipher = 'aes-256-gcm';
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The one place where personal codes are sealed and opened (T9). A sealed code is `format, nonce, ciphertext, tag`; it is
 * bound to the row that holds it, so that copied to another row it opens no more.
 */
@Injectable()
export class PersonalCodes {
  private readonly sealKey: Buffer;
  private readonly indexKey: Buffer;
  /** Random bytes, drawn for many nonces at once: a draw is dear. */
  private readonly drawn = Buffer.alloc(256 * nonceBytes);
  private used = this.drawn.length;

  constructor(config: RegistersConfig) {
    this.sealKey = Buffer.from(config.PERSONAL_CODE_KEY, 'base64');
    this.indexKey = Buffer.from(config.PERSONAL_CODE_INDEX_KEY, 'base64');
  }

  seal(code: string, learnerId: string): Buffer {
    return this.sealBytes(Buffer.from(code, 'ascii'), boundTo(learnerId));
  }

  /** Throws when the code was sealed for another row or with another key, or was changed. */
  open(sealed: Buffer, learnerId: string): string {
    return this.openBytes(sealed, boundTo(learnerId)).toString('ascii');
  }

  /** Bytes with personal codes in them that wait in a table, bound to their place there. */
  sealBytes(bytes: Buffer, place: Buffer): Buffer {
    const nonce = this.nonce();
    const sealing = createCipheriv(cipher, this.sealKey, nonce).setAAD(place);
    return Buffer.concat([Buffer.of(format), nonce, sealing.update(bytes), sealing.final(), sealing.getAuthTag()]);
  }

  openBytes(sealed: Buffer, place: Buffer): Buffer {
    if (sealed[0] !== format) throw new Error('The personal code is sealed in an unknown format.');
    const nonce = sealed.subarray(1, 1 + nonceBytes);
    const opening = createDecipheriv(cipher, this.sealKey, nonce, { authTagLength: tagBytes })
      .setAAD(place)
      .setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([opening.update(sealed.subarray(1 + nonceBytes, -tagBytes)), opening.final()]);
  }

  /** How rows of an import wait sealed; the report of those that are refused shows these columns alone. */
  secrecyOf<Column extends string>(...shown: Column[]): Secrecy<Column> {
    return {
      columns: [],
      shown,
      seal: (block, place) => this.sealBytes(block, Buffer.from(place)),
      open: (sealed, place) => this.openBytes(sealed, Buffer.from(place)),
    };
  }

  /** A keyed hash of the person behind a client (`X-Road-UserId`, as a rule a personal code), never that of a learner. */
  pseudonymOf(userId: string): string {
    return createHmac('sha256', this.indexKey).update(`x-road-userid:${userId}`).digest('base64url');
  }

  /** Both hashes that an entry with this code may have: its own, and that of an entry beside a protected person's. */
  indexesOf(code: string): [Buffer, Buffer] {
    return [this.indexOf(code), this.indexOf(`beside-protected:${code}`)];
  }

  /** What a person is found by: nobody without the key can try all codes. */
  indexOf(code: string): Buffer {
    return createHmac('sha256', this.indexKey).update(code).digest();
  }

  /** Never the same bytes twice. */
  private nonce(): Buffer {
    if (this.used === this.drawn.length) {
      randomFillSync(this.drawn);
      this.used = 0;
    }
    return this.drawn.subarray(this.used, (this.used += nonceBytes));
  }
}

const boundTo = (learnerId: string): Buffer => Buffer.from(`learner.personal_code:${learnerId}`);
