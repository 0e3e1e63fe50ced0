// The allocation by other ways than the platform's engine, in which applicants propose one by one.

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
 * The institutions propose (P8): a pool with room offers a place to the best applicant whom it has not asked yet, at an
 * offering that has a seat; who is offered something better lets the other place go. It ends in the stable outcome that is
 * worst for the applicants.
 */
export function byInstitutions(problem, key) {
  const { listStart, option, seats, quota, fieldOf } = problem;
  const { start, candidate } = candidates(problem, key);
  const head = start.slice(0, seats.length);
  const keyOfHead = (o) => (head[o] < start[o + 1] ? key[candidate[head[o]]] : Infinity);
  const seatsLeft = seats.slice();
  const room = Float64Array.from({ length: quota.length + fieldOf.length }, (_, pool) =>
    pool < quota.length ? quota[pool] : seats[2 * (pool - quota.length) + 1],
  );
  const queues = Array.from(room, () => new Queue());
  const enter = (o) => {
    if (seatsLeft[o] > 0 && keyOfHead(o) < Infinity) queues[poolOf(problem, o)].add(o, keyOfHead(o));
  };
  for (let o = 0; o < seats.length; o += 1) enter(o);
  const at = listStart.slice(1); // [applicant] the preference held; the end of the list for none
  const waiting = Array.from(room.keys());
  for (let pool = waiting.pop(); pool !== undefined; pool = waiting.pop()) {
    while (room[pool] > 0 && queues[pool].size > 0) {
      const o = queues[pool].take();
      const a = candidate[head[o]];
      head[o] += 1;
      const p = listStart[a] + option.subarray(listStart[a], listStart[a + 1]).indexOf(o);
      if (p < at[a]) {
        const left = at[a] < listStart[a + 1] ? option[at[a]] : -1;
        at[a] = p;
        seatsLeft[o] -= 1;
        room[pool] -= 1;
        if (left >= 0) {
          const other = poolOf(problem, left);
          room[other] += 1;
          if (seatsLeft[left]++ === 0 && left !== o) enter(left);
          if (other !== pool) waiting.push(other);
        }
      }
      enter(o);
    }
  }
  return Int32Array.from(at, (p, a) => (p < listStart[a + 1] ? option[p] : -1));
}

/** For every option those who list it, from the best key to the worst. */
function candidates({ listStart, option, seats }, key) {
  const start = new Int32Array(seats.length + 1);
  for (const o of option) start[o + 1] += 1;
  for (let o = 0; o < seats.length; o += 1) start[o + 1] += start[o];
  const end = start.slice(0, seats.length);
  const candidate = new Int32Array(option.length);
  for (const a of Uint32Array.from(key, (_, i) => i).sort((x, y) => key[x] - key[y]))
    for (let p = listStart[a]; p < listStart[a + 1]; p += 1) candidate[end[option[p]]++] = a;
  return { start, candidate };
}

/** Options by the key of the applicant whom they would ask next, the lowest first. */
class Queue {
  #options = [];
  #keys = [];

  get size() {
    return this.#options.length;
  }

  add(o, key) {
    let i = this.#options.push(o) - 1;
    this.#keys.push(key);
    for (let up = (i - 1) >> 1; i > 0 && this.#keys[up] > this.#keys[i]; i = up, up = (i - 1) >> 1) this.#swap(i, up);
  }

  take() {
    const top = this.#options[0];
    this.#swap(0, this.#options.length - 1);
    this.#options.pop();
    this.#keys.pop();
    for (let i = 0, down = 1; down < this.#keys.length; down = 2 * i + 1) {
      if (this.#keys[down + 1] < this.#keys[down]) down += 1;
      if (this.#keys[i] <= this.#keys[down]) break;
      this.#swap(i, down);
      i = down;
    }
    return top;
  }

  #swap(i, j) {
    [this.#options[i], this.#options[j]] = [this.#options[j], this.#options[i]];
    [this.#keys[i], this.#keys[j]] = [this.#keys[j], this.#keys[i]];
  }
}
