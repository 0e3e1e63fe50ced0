type Numbers = Int32Array | Uint32Array | Uint8Array;

/** A typed array that grows by doubling, for input whose size is known only when it has been read. */
export class Growing<A extends Numbers> {
  length = 0;

  constructor(private numbers: A) {}

  push(value: number): void {
    if (this.length === this.numbers.length) this.reserve(1);
    this.numbers[this.length++] = value;
  }

  append(values: A): void {
    this.reserve(values.length);
    this.numbers.set(values, this.length);
    this.length += values.length;
  }

  private reserve(room: number): void {
    if (this.length + room <= this.numbers.length) return;
    const Type = this.numbers.constructor as new (length: number) => A;
    const more = new Type(Math.max(2 * this.numbers.length, this.length + room));
    more.set(this.numbers);
    this.numbers = more;
  }

  /** What was pushed, without a copy. */
  done(): A {
    return this.numbers.subarray(0, this.length) as A;
  }
}
