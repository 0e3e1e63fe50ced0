import { describe, expect, it } from '@jest/globals';
import { TokenBuckets } from './token-buckets.js';

describe('token buckets', () => {
  const granted = (buckets: TokenBuckets, key: string, nowMs: number): boolean => buckets.take(key, nowMs).granted;

  it('grant the burst at once and then as many as flow in', () => {
    const buckets = new TokenBuckets(10, 3, 100);
    expect([0, 0, 0, 0].map((ms) => granted(buckets, 'a', ms))).toEqual([true, true, true, false]);
    expect(granted(buckets, 'a', 99)).toBe(false);
    expect(granted(buckets, 'a', 100)).toBe(true);
    expect(granted(buckets, 'a', 101)).toBe(false);
  });

  it('never hold more than the burst', () => {
    const buckets = new TokenBuckets(10, 2, 100);
    expect([0, 1e9, 1e9, 1e9].map((ms) => granted(buckets, 'a', ms))).toEqual([true, true, true, false]);
  });

  it('grant over any time no more than burst and inflow', () => {
    const buckets = new TokenBuckets(50, 20, 100);
    let count = 0;
    for (let ms = 0; ms < 10_000; ms += 3) if (granted(buckets, 'a', ms)) count += 1;
    expect(count).toBeLessThanOrEqual(520);
    expect(count).toBeGreaterThanOrEqual(515);
  });

  it('give nothing when the clock goes back', () => {
    const buckets = new TokenBuckets(1, 1, 100);
    expect([5_000, 4_000, 5_000, 6_000].map((ms) => granted(buckets, 'a', ms))).toEqual([true, false, false, true]);
  });

  it('are bounded in number: the oldest gives way', () => {
    const buckets = new TokenBuckets(1, 1, 3);
    for (let i = 0; i < 1_000; i++) buckets.take(`key ${i}`, 0);
    expect(buckets.size).toBe(3);
    expect(granted(buckets, 'key 999', 0)).toBe(false);
  });
});
