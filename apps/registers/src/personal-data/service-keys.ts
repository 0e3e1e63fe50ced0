import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RegistersConfig } from '../registers.config.js';
import { open } from './envelope.js';

/** A key that the service has from its environment. */
export interface ServiceKey {
  /** Tells it from others, and says nothing of it. */
  id: number;
  /** Seals what waits for a moment, and sealed all codes before every person had a key. */
  sealing: Buffer;
  /** Keys of persons, one after another, as they are stored. */
  wrap(keys: Buffer): Buffer;
  unwrap(wrapped: Buffer): Buffer;
}

/**
 * The service's own keys: the current one, and while it is being replaced the one before. A person's key is 32 random bytes,
 * so it is wrapped block by block (AES-256-ECB): no two blocks are alike, and what is sealed by it says whether it is the right one.
 */
@Injectable()
export class ServiceKeys {
  readonly current: ServiceKey;
  readonly all: ServiceKey[];

  constructor({ PERSONAL_CODE_KEY, PERSONAL_CODE_KEY_BEFORE }: RegistersConfig) {
    this.current = serviceKey(PERSONAL_CODE_KEY);
    this.all = [this.current, ...(PERSONAL_CODE_KEY_BEFORE ? [serviceKey(PERSONAL_CODE_KEY_BEFORE)] : [])];
  }

  /** What one of them sealed. Throws when none did, or it was sealed for another place, or was changed. */
  open(sealed: Buffer, place: Buffer): Buffer {
    const [last, ...others] = this.all.toReversed();
    for (const { sealing } of others.toReversed()) {
      try {
        return open(sealed, sealing, place);
      } catch {
        // Perhaps the one before.
      }
    }
    return open(sealed, last!.sealing, place);
  }

  unwrap({ wrapped, wrappedBy }: { wrapped: Buffer; wrappedBy: number }): Buffer {
    const key = this.all.find(({ id }) => id === wrappedBy);
    if (!key) throw new Error('A person’s key is wrapped by a service key that is not configured.');
    return key.unwrap(wrapped);
  }
}

function serviceKey(base64: string): ServiceKey {
  const sealing = Buffer.from(base64, 'base64');
  const derived = (purpose: string): Buffer => createHmac('sha256', sealing).update(purpose).digest();
  const wrapping = derived('meistras: keys of persons');
  // Each block stands for itself, so one of each serves for ever: to make one costs more than to use it.
  const wrap = createCipheriv('aes-256-ecb', wrapping, null).setAutoPadding(false);
  const unwrap = createDecipheriv('aes-256-ecb', wrapping, null).setAutoPadding(false);
  return {
    id: derived('meistras: id').readInt32BE(),
    sealing,
    wrap: (keys) => wrap.update(keys),
    unwrap: (wrapped) => unwrap.update(wrapped),
  };
}
