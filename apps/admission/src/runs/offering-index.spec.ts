import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { OfferingIndex } from './offering-index.js';

describe('the index of offerings', () => {
  it('finds every id wherever it stands, and no other', () => {
    const ids = Array.from({ length: 5_000 }, () => randomUUID());
    const index = new OfferingIndex(ids);
    const text = Buffer.from(ids.map((id) => `,${id}F`).join(''));
    ids.forEach((_, i) => {
      expect(index.find(text, 38 * i + 1)).toBe(i);
    });
    for (let i = 0; i < 5_000; i += 1) expect(index.find(Buffer.from(randomUUID()), 0)).toBe(-1);
  });

  it('is of any size', () => {
    expect(new OfferingIndex([]).find(Buffer.from(randomUUID()), 0)).toBe(-1);
    const id = randomUUID();
    expect(new OfferingIndex([id]).find(Buffer.from(id.toUpperCase()), 0)).toBe(0);
  });
});
