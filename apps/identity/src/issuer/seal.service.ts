import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../identity.config.js';

const ivBytes = 12;
const tagBytes = 16;

/** Encrypts what the database must not show: AES-256-GCM under `KEY_ENCRYPTION_KEY`, bound to the name of what it is. */
@Injectable()
export class Seal {
  private readonly key: Buffer;

  constructor(config: IdentityConfig) {
    this.key = Buffer.from(config.KEY_ENCRYPTION_KEY, 'base64');
  }

  close(plain: string, name: string): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(Buffer.from(name));
    return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** Throws when the text was changed, belongs to another name, or was closed under another key. */
  open(sealed: string, name: string): string {
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', this.key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(-tagBytes));
    return Buffer.concat([decipher.update(bytes.subarray(ivBytes, -tagBytes)), decipher.final()]).toString('utf8');
  }
}
