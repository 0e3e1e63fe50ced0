// The allocation by two other ways than the platform's engine, which holds places in heaps and trees.

/** One pool per field for state-funded places, and one for the other places of each offering. */
export const poolOf = ({ fieldOf, quota }, option) =>
  option % 2 === 0 ? fieldOf[option / 2] : quota.length + (option - 1) / 2;

/**
 * Deferred acceptance in rounds, as section 5.1 writes it: everyone who is free proposes at once, down the own list to the
 * first option that is not known to refuse; then each pool walks through what it holds and the newcomers from best to worst
 * key and takes who fits into offering and field.
 * @param {{ listStart: Int32Array, option: Int32Array, seats: Int32Array, quota: Int32Array, fieldOf: Int32Array }} problem
 * @param {(applicant: number, preference: number) => number} keyOf lower is better
 * @returns {Int32Array} [applicant] the option, or -1
 */
export function inRounds(problem, keyOf) {
  const { listStart, option, seats, quota, fieldOf } = problem;
  const count = listStart.length - 1;
  const next = listStart.slice(0, count);
  const pools = Array.from({ length: quota.length + fieldOf.length }, (_, pool) => ({
    limit: pool < quota.length ? quota[pool] : Infinity,
    held: [],
    newcomers: [],
    worst: Infinity,
  }));
  const refuses = Float64Array.from(seats, () => Infinity); // [option] a key not below this one is refused by the offering
  const taken = new Int32Array(seats.length);
  let free = Array.from({ length: count }, (_, a) => a);
  while (free.length > 0) {
    const touched = new Set();
    for (const a of free) {
      for (; next[a] < listStart[a + 1]; next[a] += 1) {
        const wanted = option[next[a]];
        const key = keyOf(a, next[a]);
        const pool = pools[poolOf(problem, wanted)];
        if (key >= refuses[wanted] || key >= pool.worst) continue;
        pool.newcomers.push({ a, key, wanted });
        touched.add(pool);
        break;
      }
    }
    free = [];
    for (const pool of touched) {
      choose(pool, { seats, taken, refuses }, free);
    }
    for (const a of free) next[a] += 1;
  }
  return Int32Array.from(next, (p, a) => (p < listStart[a + 1] ? option[p] : -1));
}

/** C of the pool over what it holds, which is in order, and the newcomers; who is refused becomes free. */
function choose(pool, { seats, taken, refuses }, free) {
  const { held, newcomers } = pool;
  newcomers.sort((x, y) => x.key - y.key);
  for (const { wanted } of held) taken[wanted] = 0;
  for (const { wanted } of newcomers) taken[wanted] = 0;
  const chosen = [];
  for (let i = 0, j = 0; i < held.length || j < newcomers.length;) {
    const one =
      j >= newcomers.length || (i < held.length && held[i].key < newcomers[j].key) ? held[i++] : newcomers[j++];
    if (taken[one.wanted] < seats[one.wanted] && chosen.length < pool.limit) {
      chosen.push(one);
      // Once an offering or a field is full it refuses whoever comes behind its last one.
      if (++taken[one.wanted] === seats[one.wanted]) refuses[one.wanted] = one.key;
    } else {
      free.push(one.a);
      if (seats[one.wanted] === 0) refuses[one.wanted] = -1;
    }
  }
  pool.held = chosen;
  pool.newcomers = [];
  if (pool.limit === 0) pool.worst = -1;
  else if (chosen.length === pool.limit) pool.worst = chosen.at(-1).key;
}

/**
 * With one key of an applicant for all options every pool ranks alike. Then there is one stable outcome, whoever proposes:
 * from the best to the worst everyone takes the best option that is left. (The best of all can be refused nowhere, so every
 * stable outcome gives the best of all the first option with places; the rest is the same problem without these two.)
 */
export function inTurn(problem, key) {
  const { listStart, option, seats, quota } = problem;
  const seatsLeft = seats.slice();
  const quotaLeft = quota.slice();
  const place = new Int32Array(key.length).fill(-1);
  const order = Uint32Array.from(key, (_, a) => a).sort((a, b) => key[a] - key[b]);
  for (const a of order) {
    for (let p = listStart[a]; p < listStart[a + 1]; p += 1) {
      const wanted = option[p];
      const pool = poolOf(problem, wanted);
      if (seatsLeft[wanted] === 0 || (pool < quota.length && quotaLeft[pool] === 0)) continue;
      seatsLeft[wanted] -= 1;
      if (pool < quota.length) quotaLeft[pool] -= 1;
      place[a] = wanted;
      break;
    }
  }
  return place;
}
