// A bare deferred acceptance over typed arrays, and the problem that it and the engine are measured on.
import { seeded } from '../demo/random.mjs';

const fieldCount = 14;

/**
 * Random lists over offerings in 14 fields; seats for four of five applicants, field quotas that bind.
 * @param {{ applicants: number, listed: number, offerings: number, packMerit: Function }} size
 */
export function randomProblem({ applicants, listed, offerings, packMerit }) {
  const random = seeded(7);
  const draw = (below) => Math.floor(random() * below);
  const funded = Math.max(1, Math.floor((0.8 * applicants) / offerings));
  const fieldOf = Int32Array.from({ length: offerings }, (_, offering) => offering % fieldCount);
  const seats = Int32Array.from({ length: 2 * offerings }, (_, o) => (o % 2 === 0 ? funded : Math.ceil(funded / 10)));
  const quota = new Int32Array(fieldCount);
  for (let offering = 0; offering < offerings; offering += 1) quota[fieldOf[offering]] += Math.floor(funded * 0.9);
  const listStart = Int32Array.from({ length: applicants + 1 }, (_, i) => i * listed);
  const option = new Int32Array(applicants * listed);
  const merit = new Uint32Array(option.length);
  const seen = new Set();
  for (let a = 0; a < applicants; a += 1) {
    const score = 40_000 + draw(60_000);
    seen.clear();
    while (seen.size < listed) seen.add(2 * draw(offerings) + (random() < 0.9 ? 0 : 1));
    let at = listStart[a];
    for (const each of seen) {
      option[at] = each;
      merit[at] = packMerit({ tier: draw(2), score, criteriaMet: draw(4) });
      at += 1;
    }
  }
  const lotteryRank = Uint32Array.from({ length: applicants }, (_, i) => i);
  for (let i = applicants - 1; i > 0; i -= 1) {
    const other = draw(i + 1);
    [lotteryRank[i], lotteryRank[other]] = [lotteryRank[other], lotteryRank[i]];
  }
  const sizes = { applicantCount: applicants, offeringCount: offerings, fieldCount };
  return { ...sizes, fieldOf, seats, quota, listStart, option, merit, lotteryRank };
}

const span = 2 ** 22;

/** Applicants propose, an option keeps the best in a heap: no fields, no quotas, nothing but the loop. */
export function bareAllocation({ applicantCount, seats, listStart, option, merit, lotteryRank }) {
  const next = listStart.slice(0, applicantCount);
  const applicantOf = new Int32Array(applicantCount);
  for (let a = 0; a < applicantCount; a += 1) applicantOf[lotteryRank[a]] = a;
  const start = new Int32Array(seats.length + 1);
  for (let o = 0; o < seats.length; o += 1) start[o + 1] = start[o] + seats[o];
  const heap = new Float64Array(start[seats.length]);
  const taken = new Int32Array(seats.length);
  for (let first = 0; first < applicantCount; first += 1) {
    for (let a = first; a >= 0;) {
      const end = listStart[a + 1];
      let loser = -1;
      for (; next[a] < end; next[a] += 1) {
        const o = option[next[a]];
        const key = merit[next[a]] * span + lotteryRank[a];
        const from = start[o];
        if (taken[o] < seats[o]) {
          let hole = taken[o]++;
          for (let up = (hole - 1) >> 1; hole > 0 && heap[from + up] < key; up = (hole - 1) >> 1) {
            heap[from + hole] = heap[from + up];
            hole = up;
          }
          heap[from + hole] = key;
          break;
        }
        if (key >= heap[from]) continue;
        loser = applicantOf[heap[from] % span];
        sink(heap, from, seats[o], key);
        break;
      }
      a = loser;
      if (a >= 0) next[a] += 1;
    }
  }
  return next;
}

function sink(heap, from, size, key) {
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    if (child + 1 < size && heap[from + child + 1] > heap[from + child]) child += 1;
    if (heap[from + child] <= key) break;
    heap[from + hole] = heap[from + child];
    hole = child;
  }
  heap[from + hole] = key;
}
