import { createHmac, randomFillSync } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Secrecy } from '@meistras/platform/imports/import-kind';
import { formatOf, formats, nonceBytes, open, seal } from '../personal-data/envelope.js';
import { keyMissing, PersonKeys } from '../personal-data/person-keys.service.js';
import { ServiceKeys } from '../personal-data/service-keys.js';
import { RegistersConfig } from '../registers.config.js';

/** A person's row with its code. */
export interface Sealed {
  id: string;
  personalCodeSealed: Buffer | null;
}

/**
 * The one place where personal codes are sealed and opened (T9): by the key of their person, bound to the row that holds
 * them, so that copied to another row they open no more.
 */
@Injectable()
export class PersonalCodes {
  private readonly indexKey: Buffer;
  /** Random bytes, drawn for many nonces at once: a draw is dear. */
  private readonly drawn = Buffer.alloc(256 * nonceBytes);
  private used = this.drawn.length;

  constructor(
    config: RegistersConfig,
    private readonly serviceKeys: ServiceKeys,
    private readonly keys: PersonKeys,
  ) {
    this.indexKey = Buffer.from(config.PERSONAL_CODE_INDEX_KEY, 'base64');
  }

  seal(code: string, place: string, key: Buffer): Buffer {
    const about = { format: formats.PERSON, key, nonce: this.nonce(), place: Buffer.from(place) };
    return seal(Buffer.from(code, 'ascii'), about);
  }

  /**
   * Undefined when the person's key was destroyed. Throws when the code was sealed for another row or with another key, or
   * was changed.
   */
  open(sealed: Buffer, place: string, key: Buffer | undefined): string | undefined {
    if (formatOf(sealed) === formats.SERVICE) return this.openBytes(sealed, Buffer.from(place)).toString('ascii');
    return key && open(sealed, key, Buffer.from(place)).toString('ascii');
  }

  /**
   * The code of one person sealed for another, who is the same, as two entries are made one. Throws where a key is
   * missing.
   */
  async move(tx: EntityManager, from: Sealed, to: string, placeOf: (id: string) => string): Promise<Buffer> {
    const keys = await this.keys.hold(tx, [from.id, to]);
    const sealed = from.personalCodeSealed;
    const code = sealed && this.open(sealed, placeOf(from.id), keys.get(from.id));
    const key = keys.get(to);
    if (!code || !key) throw keyMissing();
    return this.seal(code, placeOf(to), key);
  }

  /** Bytes with personal codes in them that wait in a table, bound to their place there. */
  sealBytes(bytes: Buffer, place: Buffer): Buffer {
    const { sealing } = this.serviceKeys.current;
    return seal(bytes, { format: formats.SERVICE, key: sealing, nonce: this.nonce(), place });
  }

  openBytes(sealed: Buffer, place: Buffer): Buffer {
    return this.serviceKeys.open(sealed, place);
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
