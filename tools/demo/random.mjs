// A small seeded generator (mulberry32), so that a demonstration can be repeated exactly. Not for secrets.

/** @returns {() => number} numbers from 0 to below 1 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Draws an index with a chance in proportion to its weight. */
export function weighted(weights, random) {
  const sums = [];
  let total = 0;
  for (const weight of weights) sums.push((total += weight));
  return () => {
    const target = random() * total;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] > target) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
