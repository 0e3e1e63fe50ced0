import { createCipheriv, createDecipheriv } from 'node:crypto';

const cipher = 'aes-256-gcm';
const tagBytes = 16;
export const nonceBytes = 12;

/** By which kind of key something is sealed. Rows from before every person had a key, and rows that wait, are `SERVICE`. */
export const formats = { SERVICE: 1, PERSON: 2 } as const;
export type Format = (typeof formats)[keyof typeof formats];

/** What is needed to seal: the nonce never serves twice under one key, unless for the same bytes in the same place. */
export interface Sealing {
  format: Format;
  key: Buffer;
  nonce: Buffer;
  /** Where the sealed bytes will stand: copied elsewhere they open no more. */
  place: Buffer;
}

/** `format, nonce, ciphertext, tag`: AES-256-GCM, bound to its place. */
export function seal(bytes: Buffer, { format, key, nonce, place }: Sealing): Buffer {
  const sealing = createCipheriv(cipher, key, nonce).setAAD(place);
  return Buffer.concat([Buffer.of(format), nonce, sealing.update(bytes), sealing.final(), sealing.getAuthTag()]);
}

/** Throws when it was sealed for another place or with another key, or was changed. */
export function open(sealed: Buffer, key: Buffer, place: Buffer): Buffer {
  const opening = createDecipheriv(cipher, key, sealed.subarray(1, 1 + nonceBytes), { authTagLength: tagBytes })
    .setAAD(place)
    .setAuthTag(sealed.subarray(-tagBytes));
  return Buffer.concat([opening.update(sealed.subarray(1 + nonceBytes, -tagBytes)), opening.final()]);
}

export function formatOf(sealed: Buffer): Format {
  const format = sealed[0];
  if (format !== formats.SERVICE && format !== formats.PERSON) throw new Error('It is sealed in an unknown format.');
  return format;
}
