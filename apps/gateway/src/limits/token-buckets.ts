/** A key's bucket. `granted` is the answer to the latest `take`. */
export interface Bucket {
  tokens: number;
  atMs: number;
  granted: boolean;
}

/**
 * Token buckets by key: `perSecond` tokens flow in, at most `burst` are held, a request takes one. Constant work for a
 * request, no timers, and at most `capacity` buckets: the oldest gives way to a new one.
 */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly capacity: number,
  ) {}

  take(key: string, nowMs: number): Bucket {
    const bucket = this.buckets.get(key) ?? this.open(key, nowMs);
    const elapsedMs = nowMs - bucket.atMs;
    if (elapsedMs > 0) {
      bucket.tokens = Math.min(this.burst, bucket.tokens + (elapsedMs * this.perSecond) / 1_000);
      bucket.atMs = nowMs;
    }
    bucket.granted = bucket.tokens >= 1;
    if (bucket.granted) bucket.tokens -= 1;
    return bucket;
  }

  get size(): number {
    return this.buckets.size;
  }

  private open(key: string, nowMs: number): Bucket {
    if (this.buckets.size >= this.capacity) {
      const oldest = this.buckets.keys().next();
      if (!oldest.done) this.buckets.delete(oldest.value);
    }
    const bucket = { tokens: this.burst, atMs: nowMs, granted: false };
    this.buckets.set(key, bucket);
    return bucket;
  }
}
