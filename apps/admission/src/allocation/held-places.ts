import { CLOSED, LOTTERY_SPAN, NO_PLACE, OPEN, type AllocationProblem } from './allocation-problem.js';

/**
 * The places held during the run. Every option keeps a binary heap of the keys it holds, worst on top. A field that is
 * full keeps a tournament tree over the tops of its offerings, so its root is the worst key in the field. Keys carry
 * the lottery rank, which names the applicant, so heap and tree are plain arrays of numbers without indirection.
 *
 * Why take() equals C_f(H + x), section 5.1 item 5. H is what the field holds, feasible; x asks for offering o. Call y the
 * one take() drops. In each case H + x - y is feasible, and whatever the walk has taken apart from y is a part of it, so
 * the walk can refuse nobody but y. It remains to see that it does refuse y:
 * (1) o is full (the field full or not): y is the worst of (H in o) + x. When the walk reaches y, the q(o) others of o,
 *     all better, are taken, so o is full. The field's worst stays: dropping y already made room in the field.
 * (2) o has room, the field is full: y is the worst of H + x. It comes last, when all Q others are taken.
 *     Being the worst of the field it is the worst of its own offering, hence on top of that heap.
 * (3) Both have room: H + x is feasible and nobody is dropped.
 * A zero limit is a full one that holds nothing: x itself is the worst. A field once full stays full, since (1) and (2)
 * exchange one for one; the tree is therefore built once, at the moment the quota is reached.
 */
export class HeldPlaces {
  /** A proposal is refused unless its key is below both: OPEN with room, the worst key when full, CLOSED at zero. */
  readonly optionBound: Float64Array;
  /** One entry per field and a last one, always OPEN, for every VNF option: those lie in no field. */
  readonly fieldBound: Float64Array;
  /** [option] its field, or the last entry of fieldBound. */
  readonly groupOf: Int32Array;
  readonly optionTaken: Int32Array;
  readonly fieldTaken: Int32Array;

  private readonly seats: Int32Array;
  private readonly quota: Int32Array;
  private readonly heapStart: Int32Array;
  private readonly heap: Float64Array;
  /** Field f with k offerings owns 2k entries from treeStart[f]: root at 1, leaves at k..2k-1. */
  private readonly treeStart: Int32Array;
  private readonly tree: Float64Array;
  private readonly leafOf: Int32Array;
  private readonly noField: number;

  constructor(
    private readonly problem: AllocationProblem,
    private readonly applicantOf: Int32Array,
    private readonly heldPreference: Int32Array,
  ) {
    const { fieldCount, offeringCount, fieldOf, seats, quota } = problem;
    this.seats = seats;
    this.quota = quota;
    this.noField = fieldCount;
    this.optionTaken = new Int32Array(2 * offeringCount);
    this.fieldTaken = new Int32Array(fieldCount + 1);
    this.optionBound = Float64Array.from(seats, (q) => (q === 0 ? CLOSED : OPEN));
    this.fieldBound = new Float64Array(fieldCount + 1).fill(OPEN);
    for (let f = 0; f < fieldCount; f++) if (quota[f] === 0) this.fieldBound[f] = CLOSED;

    this.groupOf = new Int32Array(2 * offeringCount).fill(this.noField);
    this.leafOf = new Int32Array(offeringCount);
    this.treeStart = new Int32Array(fieldCount + 1);
    for (let o = 0; o < offeringCount; o++) {
      this.groupOf[2 * o] = fieldOf[o]!;
      this.leafOf[o] = this.treeStart[fieldOf[o]! + 1]!++;
    }
    for (let f = 0; f < fieldCount; f++) this.treeStart[f + 1] = 2 * this.treeStart[f + 1]! + this.treeStart[f]!;
    this.tree = new Float64Array(2 * offeringCount).fill(CLOSED);

    this.heapStart = heapStarts(problem);
    this.heap = new Float64Array(this.heapStart[2 * offeringCount]!);
  }

  /** Takes a proposal already known to pass both bounds; returns the applicant who must leave for it, or NO_PLACE. */
  take(option: number, key: number): number {
    const field = this.groupOf[option]!;
    if (this.optionTaken[option] === this.seats[option]) return this.replaceWorstOfOffering(option, field, key);
    if (field !== this.noField && this.fieldTaken[field] === this.quota[field]) {
      return this.replaceWorstOfField(option, field, key);
    }
    this.push(option, key);
    if (field !== this.noField && ++this.fieldTaken[field]! === this.quota[field]) this.growTree(field);
    return NO_PLACE;
  }

  /** The worst key an option holds; CLOSED when it holds nothing. */
  worstOf(option: number): number {
    return this.optionTaken[option] === 0 ? CLOSED : this.heap[this.heapStart[option]!]!;
  }

  private replaceWorstOfOffering(option: number, field: number, key: number): number {
    const loser = this.applicantWith(this.heap[this.heapStart[option]!]!);
    sink(this.heap, this.heapStart[option]!, this.optionTaken[option]!, key);
    const worst = this.heap[this.heapStart[option]!]!;
    this.optionBound[option] = worst;
    if (field !== this.noField && this.fieldTaken[field] === this.quota[field]) this.updateTree(option, field);
    return loser;
  }

  private replaceWorstOfField(option: number, field: number, key: number): number {
    const loser = this.applicantWith(this.fieldBound[field]!);
    const from = this.problem.option[this.heldPreference[loser]!]!;
    const start = this.heapStart[from]!;
    if (from === option) {
      sink(this.heap, start, this.optionTaken[option]!, key);
    } else {
      const left = --this.optionTaken[from]!;
      if (left > 0) sink(this.heap, start, left, this.heap[start + left]!);
      this.optionBound[from] = OPEN; // it has room again; the field's bound, tighter by now, refuses in its place
      this.updateTree(from, field);
      this.push(option, key);
    }
    this.updateTree(option, field);
    return loser;
  }

  private push(option: number, key: number): void {
    const start = this.heapStart[option]!;
    const taken = this.optionTaken[option]!;
    rise(this.heap, start, taken, key);
    this.optionTaken[option] = taken + 1;
    if (taken + 1 === this.seats[option]) this.optionBound[option] = this.heap[start]!;
  }

  private applicantWith(key: number): number {
    return this.applicantOf[key - Math.floor(key / LOTTERY_SPAN) * LOTTERY_SPAN]!;
  }

  private growTree(field: number): void {
    const { offeringCount, fieldOf } = this.problem;
    for (let o = 0; o < offeringCount; o++) if (fieldOf[o] === field) this.updateTree(2 * o, field);
  }

  private updateTree(option: number, field: number): void {
    const tree = this.tree;
    const root = this.treeStart[field]!;
    let node = ((this.treeStart[field + 1]! - root) >> 1) + this.leafOf[option >> 1]!;
    tree[root + node] = this.worstOf(option);
    for (node >>= 1; node > 0; node >>= 1) {
      const left = tree[root + 2 * node]!;
      const right = tree[root + 2 * node + 1]!;
      const worst = left > right ? left : right;
      if (tree[root + node] === worst) break;
      tree[root + node] = worst;
    }
    this.fieldBound[field] = tree[root + 1]!;
  }
}

/** Each option needs room for as many as it has seats, but never for more than list it. */
function heapStarts({ offeringCount, option, seats }: AllocationProblem): Int32Array {
  const starts = new Int32Array(2 * offeringCount + 1);
  for (let p = 0; p < option.length; p++) starts[option[p]! + 1]!++;
  for (let o = 0; o < 2 * offeringCount; o++) {
    starts[o + 1] = starts[o]! + Math.min(starts[o + 1]!, seats[o]!);
  }
  return starts;
}

/** Puts a key in place of the top and restores the order of the heap. */
function sink(heap: Float64Array, start: number, size: number, key: number): void {
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    if (child + 1 < size && heap[start + child + 1]! > heap[start + child]!) child++;
    const below = heap[start + child]!;
    if (below <= key) break;
    heap[start + hole] = below;
    hole = child;
  }
  heap[start + hole] = key;
}

/** Adds a key behind the last one and restores the order of the heap. */
function rise(heap: Float64Array, start: number, size: number, key: number): void {
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const above = heap[start + parent]!;
    if (above >= key) break;
    heap[start + hole] = above;
    hole = parent;
  }
  heap[start + hole] = key;
}
