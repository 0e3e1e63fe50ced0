import { LOTTERY_SPAN, NO_PLACE, type AllocationProblem } from './allocation-problem.js';
import { Finding, type Concerned, type PropertyReport } from './allocation.verifier.js';

/**
 * P8: a second run in which the institutions propose ends in the stable outcome worst for applicants. It places the same
 * persons and fills every pool to the same number (section 5.1 item 6, law of aggregate demand); it is better for nobody.
 * Two options of one applicant in a field may have equal keys. Any fixed order between them serves: the engine never
 * compares two proposals of one applicant, so its result belongs to every such order.
 */
export function verifyByInstitutions(
  problem: AllocationProblem,
  obtained: Int32Array,
  concerned?: Concerned,
): PropertyReport {
  const finding = new Finding('P8');
  const other = institutionsPropose(problem);
  const fill = [poolFill(problem, obtained), poolFill(problem, other)] as const;
  fill[0].forEach((count, pool) => {
    finding.checked++;
    if (count === fill[1][pool]) return;
    const about = pool < problem.fieldCount ? { field: pool } : { option: 2 * (pool - problem.fieldCount) + 1 };
    finding.violated('the institutions would fill the pool to another number', about);
  });
  for (let a = 0; a < problem.applicantCount; a++) {
    finding.checked++;
    const mine = obtained[a] ?? NO_PLACE;
    const theirs = other[a]!;
    if ((mine === NO_PLACE) !== (theirs === NO_PLACE)) {
      finding.violated('placed in only one of the two runs', { applicant: a, option: mine });
    } else if (placeInList(problem, a, theirs) < placeInList(problem, a, mine)) {
      finding.violated('better off when institutions propose', { applicant: a, option: theirs });
    }
  }
  return finding.report(concerned);
}

/** The result [applicant] option of institution-proposing deferred acceptance. */
export function institutionsPropose(problem: AllocationProblem): Int32Array {
  const { applicantCount, offeringCount, fieldCount, listStart, option, fieldOf, seats, quota } = problem;
  const candidates = sortedCandidates(problem);
  const taken = new Int32Array(seats.length);
  const heldAt = new Int32Array(applicantCount).fill(NO_PLACE);
  // Pools: the fields, then one for each VNF option.
  const poolOf = (o: number): number => (o % 2 === 0 ? fieldOf[o / 2]! : fieldCount + (o - 1) / 2);
  const room = Int32Array.from({ length: fieldCount + offeringCount }, (_, pool) =>
    pool < fieldCount ? quota[pool]! : seats[2 * (pool - fieldCount) + 1]!,
  );
  const queues = nextByPool(problem, poolOf);
  const refresh = (o: number): void => {
    queues.set(poolOf(o), o, taken[o]! < seats[o]! ? candidates.key(o) : Infinity);
  };
  for (let o = 0; o < seats.length; o++) refresh(o);

  const waiting = Array.from(room.keys());
  for (let pool = waiting.pop(); pool !== undefined; pool = waiting.pop()) {
    // C over all not yet refused: the best candidate of any offering with room, while the pool has room.
    while (room[pool]! > 0) {
      const o = queues.best(pool);
      if (o === NO_PLACE) break;
      const a = candidates.next(o);
      const p = listStart[a]! + placeInList(problem, a, o);
      const before = heldAt[a]!;
      if (before === NO_PLACE || p < before) {
        heldAt[a] = p;
        taken[o]!++;
        room[pool]!--;
        if (before !== NO_PLACE) {
          const left = option[before]!;
          taken[left]!--;
          room[poolOf(left)]!++;
          refresh(left);
          if (poolOf(left) !== pool) waiting.push(poolOf(left));
        }
      }
      refresh(o);
    }
  }
  return heldAt.map((p) => (p === NO_PLACE ? NO_PLACE : option[p]!));
}

/** Rank of an option in the applicant's list; Infinity for no place. */
function placeInList({ listStart, option }: AllocationProblem, applicant: number, wanted: number): number {
  for (let p = listStart[applicant]!; p < listStart[applicant + 1]!; p++) {
    if (option[p] === wanted) return p - listStart[applicant]!;
  }
  return Infinity;
}

function poolFill({ fieldCount, offeringCount, fieldOf }: AllocationProblem, obtained: Int32Array): Int32Array {
  const fill = new Int32Array(fieldCount + offeringCount);
  for (const o of obtained) {
    if (o >= 0 && o < 2 * offeringCount) fill[o % 2 === 0 ? fieldOf[o / 2]! : fieldCount + (o - 1) / 2]!++;
  }
  return fill;
}

/** For every option all who list it, the best key first, and a pointer to the next one to be asked. */
function sortedCandidates(problem: AllocationProblem) {
  const { applicantCount, listStart, option, merit, lotteryRank, seats } = problem;
  const start = new Int32Array(seats.length + 1);
  for (const o of option) start[o + 1]!++;
  for (let o = 0; o < seats.length; o++) start[o + 1]! += start[o]!;
  const pointer = start.slice(0, seats.length);
  const keys = new Float64Array(option.length);
  const applicantOf = new Int32Array(applicantCount);
  for (let a = 0; a < applicantCount; a++) {
    applicantOf[lotteryRank[a]!] = a;
    for (let p = listStart[a]!; p < listStart[a + 1]!; p++) {
      keys[pointer[option[p]!]!++] = merit[p]! * LOTTERY_SPAN + lotteryRank[a]!;
    }
  }
  for (let o = 0; o < seats.length; o++) keys.subarray(start[o], start[o + 1]).sort();
  pointer.set(start.subarray(0, seats.length));
  return {
    key: (o: number): number => (pointer[o]! < start[o + 1]! ? keys[pointer[o]!]! : Infinity),
    next: (o: number): number => applicantOf[keys[pointer[o]!++]! % LOTTERY_SPAN]!,
  };
}

/** Per pool the offering whose next candidate has the best key: a knock-out tree, so that one change costs log k. */
function nextByPool({ seats, fieldCount, offeringCount }: AllocationProblem, poolOf: (o: number) => number) {
  const size = new Int32Array(fieldCount + offeringCount);
  const seatOf = Int32Array.from(seats, (_, o) => size[poolOf(o)]!++);
  const trees = Array.from(size, (k) => ({
    key: new Float64Array(2 * k).fill(Infinity),
    winner: new Int32Array(2 * k).fill(NO_PLACE),
  }));
  return {
    best: (pool: number): number => {
      const { key, winner } = trees[pool]!;
      return key.length > 0 && key[1]! < Infinity ? winner[1]! : NO_PLACE;
    },
    set: (pool: number, o: number, value: number): void => {
      const { key, winner } = trees[pool]!;
      let node = key.length / 2 + seatOf[o]!;
      key[node] = value;
      winner[node] = o;
      for (node >>= 1; node > 0; node >>= 1) {
        const better = key[2 * node]! <= key[2 * node + 1]! ? 2 * node : 2 * node + 1;
        key[node] = key[better]!;
        winner[node] = winner[better]!;
      }
    },
  };
}
