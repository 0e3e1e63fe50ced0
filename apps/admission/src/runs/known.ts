const mostKnown = 10_000;

/** The same few texts a million times: each is taken apart once, as long as there are not too many. */
export class Known<T> {
  private readonly known = new Map<string, T>();

  constructor(private readonly make: (text: string) => T) {}

  of(text: string): T {
    let found = this.known.get(text);
    if (found === undefined) {
      found = this.make(text);
      if (this.known.size < mostKnown) this.known.set(text, found);
    }
    return found;
  }
}
