import {
  CLOSED,
  LOTTERY_SPAN,
  NO_PLACE,
  OPEN,
  type AllocationProblem,
  type AllocationResult,
} from './allocation-problem.js';
import { HeldPlaces } from './held-places.js';

/**
 * Applicant-proposing deferred acceptance with offerings nested in fields, exactly section 5.1 (R-ADM-26, R-ADM-28).
 * Pure: the same problem gives the same result, and the order of proposals does not matter. Memory beyond the problem
 * is allocated once, before the loop. Throws when lotteryRank is not a permutation (section 8: the run stops).
 */
export function allocate(problem: AllocationProblem): AllocationResult {
  const { applicantCount, listStart, option, merit, lotteryRank } = problem;
  // next[a] is the preference applicant a holds or will propose to next; at the end of the list: nothing is left.
  const next = listStart.slice(0, applicantCount);
  const places = new HeldPlaces(problem, applicantByLottery(problem), next);
  const { optionBound, fieldBound, groupOf } = places;

  for (let first = 0; first < applicantCount; first++) {
    let free = first;
    while (free !== NO_PLACE) {
      const end = listStart[free + 1]!;
      const lottery = lotteryRank[free]!;
      let p = next[free]!;
      let key = 0;
      // Refusals, the bulk of the work, cost two comparisons. A full offering's worst key is never worse than its full
      // field's, so asking both bounds refuses exactly what HeldPlaces.take() would refuse.
      for (; p < end; p++) {
        key = merit[p]! * LOTTERY_SPAN + lottery;
        if (key < optionBound[option[p]!]! && key < fieldBound[groupOf[option[p]!]!]!) break;
      }
      next[free] = p;
      free = p < end ? places.take(option[p]!, key) : NO_PLACE;
      if (free !== NO_PLACE) next[free]!++;
    }
  }
  return resultOf(problem, next, places);
}

function applicantByLottery({ applicantCount, lotteryRank }: AllocationProblem): Int32Array {
  if (applicantCount > LOTTERY_SPAN) throw new RangeError(`more than ${String(LOTTERY_SPAN)} applicants`);
  const applicantOf = new Int32Array(applicantCount).fill(NO_PLACE);
  for (let a = 0; a < applicantCount; a++) {
    const rank = lotteryRank[a]!;
    if (applicantOf[rank] !== NO_PLACE)
      throw new RangeError(`lottery rank ${String(rank)} is repeated or out of range`);
    applicantOf[rank] = a;
  }
  return applicantOf;
}

function resultOf(problem: AllocationProblem, held: Int32Array, places: HeldPlaces): AllocationResult {
  const { applicantCount, listStart, option, seats, quota } = problem;
  const obtained = new Int32Array(applicantCount);
  for (let a = 0; a < applicantCount; a++) {
    obtained[a] = held[a]! < listStart[a + 1]! ? option[held[a]!]! : NO_PLACE;
  }
  const optionCutOff = new Float64Array(seats.length);
  for (let o = 0; o < seats.length; o++) optionCutOff[o] = cutOff(seats[o]!, places.optionTaken[o]!, places.worstOf(o));
  const fieldCutOff = new Float64Array(quota.length);
  for (let f = 0; f < quota.length; f++) {
    fieldCutOff[f] = cutOff(quota[f]!, places.fieldTaken[f]!, places.fieldBound[f]!);
  }
  return {
    option: obtained,
    optionTaken: places.optionTaken,
    fieldTaken: places.fieldTaken.slice(0, quota.length),
    optionCutOff,
    fieldCutOff,
  };
}

const cutOff = (capacity: number, taken: number, worst: number): number =>
  capacity === 0 ? CLOSED : taken < capacity ? OPEN : worst;
