type Numbers = Int32Array | Uint32Array | Uint8Array;

/** A typed array that grows by doubling, for input whose size is known only when it has been read. */
export class Growing<A extends Numbers> {
  length = 0;

  constructor(private numbers: A) {}

  push(value: number): void {
    if (this.length === this.numbers.length) {
      const Type = this.numbers.constructor as new (length: number) => A;
      const more = new Type(Math.max(2 * this.length, 1_024));
      more.set(this.numbers);
      this.numbers = more;
    }
    this.numbers[this.length++] = value;
  }

  append(values: A): void {
    for (const value of values) this.push(value);
  }

  /** What was pushed, without a copy. */
  done(): A {
    return this.numbers.subarray(0, this.length) as A;
  }
}
