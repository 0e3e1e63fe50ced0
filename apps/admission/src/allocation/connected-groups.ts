import { NO_PLACE, type AllocationProblem } from './allocation-problem.js';
import type { Concerned } from './allocation.verifier.js';

/** Applicants and pools linked through lists; a violation in it says nothing about anybody outside. */
export interface ConnectedGroup {
  /** From 1. */
  readonly number: number;
  readonly applicants: number;
  readonly placed: number;
  /** Fields of the group. */
  readonly fields: readonly number[];
  /** Offerings whose places that are not state-funded belong to the group. */
  readonly offerings: readonly number[];
}

export interface Quarantine {
  /** [applicant] number of the group held back; 0 when the result stands. */
  readonly groupOf: Int32Array;
  readonly groups: readonly ConnectedGroup[];
}

/**
 * The groups that hold anything concerned (section 5.4). A pool is a field, or the places of an offering that are not
 * state-funded. Whoever lists two pools links them, and so does a place held outside the own list.
 */
export function quarantine(problem: AllocationProblem, obtained: Int32Array, concerned: Concerned): Quarantine {
  const { applicantCount, offeringCount, fieldCount, fieldOf, listStart, option } = problem;
  const poolOf = (o: number): number => (o % 2 === 0 ? fieldOf[o / 2]! : fieldCount + (o - 1) / 2);
  const pools = new LinkedPools(fieldCount + offeringCount);
  const firstPool = new Int32Array(applicantCount).fill(NO_PLACE);
  for (let a = 0; a < applicantCount; a++) {
    const link = (o: number): void => {
      if (firstPool[a] === NO_PLACE) firstPool[a] = poolOf(o);
      else pools.link(firstPool[a]!, poolOf(o));
    };
    for (let p = listStart[a]!; p < listStart[a + 1]!; p++) link(option[p]!);
    const held = obtained[a] ?? NO_PLACE;
    if (held >= 0 && held < 2 * offeringCount) link(held);
  }
  const numbers = numbersOf(problem, { pools, firstPool, poolOf }, concerned);
  return describe(problem, obtained, { pools, firstPool, numbers });
}

interface Links {
  readonly pools: LinkedPools;
  /** [applicant] one pool of the group; NO_PLACE for who lists nothing. */
  readonly firstPool: Int32Array;
}

/** [pool that stands for its group] the number of the group; those concerned alone, in the order of their first pool. */
function numbersOf(
  { fieldCount, offeringCount }: AllocationProblem,
  { pools, firstPool, poolOf }: Links & { readonly poolOf: (option: number) => number },
  { applicant, option, field, everybody }: Concerned,
): Map<number, number> {
  const held = new Set<number>();
  applicant.forEach((is, a) => {
    if (is === 1 && firstPool[a] !== NO_PLACE) held.add(pools.of(firstPool[a]!));
  });
  option.forEach((is, o) => {
    if (is === 1) held.add(pools.of(poolOf(o)));
  });
  field.forEach((is, f) => {
    if (is === 1) held.add(pools.of(f));
  });
  const numbers = new Map<number, number>();
  for (let pool = 0; pool < fieldCount + offeringCount; pool++) {
    const group = pools.of(pool);
    if ((everybody || held.has(group)) && !numbers.has(group)) numbers.set(group, numbers.size + 1);
  }
  return numbers;
}

function describe(
  { applicantCount, fieldCount, offeringCount }: AllocationProblem,
  obtained: Int32Array,
  { pools, firstPool, numbers }: Links & { readonly numbers: ReadonlyMap<number, number> },
): Quarantine {
  const groups = Array.from({ length: numbers.size }, (_, i) => ({
    ...{ number: i + 1, applicants: 0, placed: 0, fields: [] as number[], offerings: [] as number[] },
  }));
  for (let pool = 0; pool < fieldCount + offeringCount; pool++) {
    const group = groups[(numbers.get(pools.of(pool)) ?? 0) - 1];
    if (group) (pool < fieldCount ? group.fields : group.offerings).push(pool < fieldCount ? pool : pool - fieldCount);
  }
  const groupOf = new Int32Array(applicantCount);
  for (let a = 0; a < applicantCount; a++) {
    groupOf[a] = firstPool[a] === NO_PLACE ? 0 : (numbers.get(pools.of(firstPool[a]!)) ?? 0);
    const group = groups[groupOf[a]! - 1];
    if (!group) continue;
    group.applicants++;
    if ((obtained[a] ?? NO_PLACE) !== NO_PLACE) group.placed++;
  }
  return { groupOf, groups };
}

/** Pools joined into groups; each group is named by one of its pools. */
class LinkedPools {
  private readonly towards: Int32Array;

  constructor(count: number) {
    this.towards = Int32Array.from({ length: count }, (_, i) => i);
  }

  of(pool: number): number {
    let at = pool;
    while (this.towards[at] !== at) {
      this.towards[at] = this.towards[this.towards[at]!]!;
      at = this.towards[at]!;
    }
    return at;
  }

  link(one: number, other: number): void {
    const [x, y] = [this.of(one), this.of(other)];
    if (x !== y) this.towards[Math.max(x, y)] = Math.min(x, y);
  }
}
