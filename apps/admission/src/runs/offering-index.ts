const textLength = 36;
const words = 4;
/** Where the groups of a UUID's text begin, in pieces of four digits; two of them make a word. */
const pieces = [0, 4, 9, 14, 19, 24, 28, 32];

const digitOf = new Uint8Array(256);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  digitOf[digit.charCodeAt(0)] = value;
  digitOf[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Finds offerings by the text of their ids as it stands in a row. A run looks tens of millions of them up; as strings, each
 * made and hashed anew, they would take most of its time.
 */
export class OfferingIndex {
  private readonly table: Int32Array;
  private readonly mask: number;
  private readonly ids: Int32Array;
  private readonly found = new Int32Array(words);

  constructor(ids: readonly string[]) {
    const size = 2 ** Math.ceil(Math.log2(2 * ids.length + 2));
    this.mask = size - 1;
    this.table = new Int32Array(size).fill(-1);
    this.ids = new Int32Array(words * ids.length);
    ids.forEach((id, number) => {
      this.read(Buffer.from(id, 'latin1'), 0);
      this.ids.set(this.found, words * number);
      let at = this.place();
      while (this.table[at] !== -1) at = (at + 1) & this.mask;
      this.table[at] = number;
    });
  }

  /** The number of the offering whose id begins here, or -1. */
  find(bytes: Buffer, from: number): number {
    this.read(bytes, from);
    for (let at = this.place(); ; at = (at + 1) & this.mask) {
      const number = this.table[at]!;
      if (number === -1 || this.is(number)) return number;
    }
  }

  private read(bytes: Buffer, from: number): void {
    for (let word = 0; word < words; word++) {
      let value = 0;
      for (let piece = 2 * word; piece < 2 * word + 2; piece++) {
        const at = from + pieces[piece]!;
        for (let i = 0; i < 4; i++) value = (value << 4) | digitOf[bytes[at + i]!]!;
      }
      this.found[word] = value;
    }
  }

  private place(): number {
    const [a, b, c, d] = this.found as unknown as [number, number, number, number];
    const mixed = Math.imul(a ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35) ^ d, 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & this.mask;
  }

  private is(number: number): boolean {
    for (let word = 0; word < words; word++) if (this.ids[words * number + word] !== this.found[word]) return false;
    return true;
  }
}

export const idLength = textLength;
