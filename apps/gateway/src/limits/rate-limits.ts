import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import type { Refusal } from '../problems/refusal.js';
import { TokenBuckets } from './token-buckets.js';
import type { Bucket } from './token-buckets.js';

/** Clients are registered, so this many are never reached; addresses are anybody's. */
const bucketsAtMost = 100_000;

/**
 * A kind of request with its own buckets. `RateLimit-Policy` and `RateLimit` are written as in
 * draft-ietf-httpapi-ratelimit-headers-11: quota `q` in a window `w`, remaining `r`, restored in `t` seconds.
 */
export class Lane {
  readonly policy: string;
  private readonly buckets: TokenBuckets;

  constructor(
    private readonly name: string,
    private readonly perSecond: number,
    private readonly burst: number,
  ) {
    this.buckets = new TokenBuckets(perSecond, burst, bucketsAtMost);
    this.policy = `"${name}";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  }

  take(key: string, nowMs: number): Bucket {
    return this.buckets.take(key, nowMs);
  }

  stateOf(bucket: Bucket): string {
    const restoredIn = Math.ceil((this.burst - bucket.tokens) / this.perSecond);
    return `"${this.name}";r=${Math.floor(bucket.tokens)};t=${restoredIn}`;
  }

  refusalOf(bucket: Bucket): Refusal {
    const waitSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / this.perSecond));
    return {
      status: 429,
      code: 'rate-limit',
      detail: `Too many requests in the lane "${this.name}". Wait ${waitSeconds} s.`,
      headers: {
        'retry-after': String(waitSeconds),
        'ratelimit-policy': this.policy,
        ratelimit: this.stateOf(bucket),
      },
    };
  }
}

/** The lanes of this process. Each gateway instance counts for itself: n instances let through n times as much. */
@Injectable()
export class RateLimits {
  readonly requests: Lane;
  readonly bulk: Lane;
  readonly anonymous: Lane;

  constructor(config: GatewayConfig) {
    this.requests = new Lane('requests', config.RATE_LIMIT_PER_SECOND, config.RATE_LIMIT_BURST);
    this.bulk = new Lane('bulk', config.RATE_LIMIT_BULK_PER_SECOND, config.RATE_LIMIT_BULK_BURST);
    this.anonymous = new Lane('anonymous', config.RATE_LIMIT_ANONYMOUS_PER_SECOND, config.RATE_LIMIT_ANONYMOUS_BURST);
  }

  /** The lane of a client's request. Long transfers have their own, so that they do not starve the short ones. */
  laneOf(url: string): Lane {
    const queryAt = url.indexOf('?');
    const end = queryAt === -1 ? url.length : queryAt;
    const importsAt = url.indexOf('/imports');
    return (importsAt !== -1 && importsAt < end) || url.startsWith('/export', end - 7) ? this.bulk : this.requests;
  }
}
