import {
  CLOSED,
  LOTTERY_SPAN,
  NO_PLACE,
  OPEN,
  type AllocationProblem,
  type AllocationResult,
} from './allocation-problem.js';

// Checks a result against the numbered properties of section 5.4. It shares nothing with the engine but the types and
// works from the definitions: it counts, takes the worst key per limit, and looks for anyone who would pass.

export interface Violation {
  readonly reason: string;
  /** Numbers of the problem; NO_PLACE where none is concerned. */
  readonly applicant: number;
  readonly option: number;
  readonly field: number;
}

export interface PropertyReport {
  readonly property: string;
  readonly ok: boolean;
  /** How many facts were compared; 0 means that no evidence was given and nothing is claimed. */
  readonly checked: number;
  readonly violationCount: number;
  /** The first MOST_LISTED of them. */
  readonly violations: readonly Violation[];
}

export interface VerifierReport {
  readonly ok: boolean;
  readonly properties: readonly PropertyReport[];
  /** Not errors unless oneScorePerField is set (section 5.1, "own move"). */
  readonly ownMoveCount: number;
  readonly ownMoves: readonly Violation[];
}

/** Facts read and computed anew by the caller, not taken from the problem under test. */
export interface VerifierEvidence {
  /** [preference] 1 if suitable and entitled (P6). */
  readonly eligible?: Uint8Array;
  /** [preference] from stored grades and criteria, [applicant] from the seed (P5). */
  readonly merit?: Uint32Array;
  readonly lotteryRank?: Uint32Array;
  /** [PP adm.pool.oneScorePerField = false]; if true an own move violates P3. */
  readonly oneScorePerField?: boolean;
}

const MOST_LISTED = 100;

/** Whom all violations together concern, however many there are; what is held back follows from it. */
export class Concerned {
  readonly applicant: Uint8Array;
  readonly option: Uint8Array;
  readonly field: Uint8Array;
  /** A violation that concerns nobody in particular concerns everybody. */
  everybody = false;

  constructor({ applicantCount, seats, quota }: AllocationProblem) {
    this.applicant = new Uint8Array(applicantCount);
    this.option = new Uint8Array(seats.length);
    this.field = new Uint8Array(quota.length);
  }

  add({ applicant, option, field }: Omit<Violation, 'reason'>): void {
    const known = [mark(this.applicant, applicant), mark(this.option, option), mark(this.field, field)];
    if (!known.includes(true)) this.everybody = true;
  }
}

function mark(marks: Uint8Array, at: number): boolean {
  if (at < 0 || at >= marks.length) return false;
  marks[at] = 1;
  return true;
}

/** Checks P1 to P6, and of P10 that the published counts and cut-offs recompute. P8 is verifyByInstitutions(). */
export function verifyAllocation(
  problem: AllocationProblem,
  result: AllocationResult,
  evidence: VerifierEvidence = {},
  concerned = new Concerned(problem),
): VerifierReport {
  const facts = recount(problem, result.option);
  const { stable, openPassedOver, ownMoves } = checkStability(problem, facts, evidence.oneScorePerField === true);
  const findings = [
    checkCapacities(problem, facts),
    facts.lists,
    stable,
    openPassedOver,
    checkKeys(problem, evidence),
    checkEligibility(problem, facts, evidence),
    checkPublished(facts, result),
  ];
  const properties = findings.map((finding) => finding.report(concerned));
  const { violationCount, violations } = ownMoves.report();
  return { ok: properties.every((one) => one.ok), properties, ownMoveCount: violationCount, ownMoves: violations };
}

/** Gathers what one property finds, the list bounded. */
export class Finding {
  checked = 0;
  private readonly all: Violation[] = [];

  constructor(private readonly property: string) {}

  violated(reason: string, about: Partial<Omit<Violation, 'reason'>>): void {
    this.all.push({ reason, applicant: NO_PLACE, option: NO_PLACE, field: NO_PLACE, ...about });
  }

  report(concerned?: Concerned): PropertyReport {
    const { property, checked, all } = this;
    for (const violation of all) concerned?.add(violation);
    const [count, listed] = [all.length, all.slice(0, MOST_LISTED)];
    return { property, ok: count === 0, checked, violationCount: count, violations: listed };
  }
}

interface Facts {
  /** P2. */
  readonly lists: Finding;
  /** [applicant] the preference held; the end of the list when none is. */
  readonly heldAt: Int32Array;
  readonly optionCount: Int32Array;
  readonly fieldCount: Int32Array;
  readonly optionCutOff: Float64Array;
  readonly fieldCutOff: Float64Array;
}

/** Counts places and takes cut-offs from nothing but the problem and who holds what; checks P2 on the way. */
function recount(problem: AllocationProblem, obtained: Int32Array): Facts {
  const { applicantCount, listStart, option, merit, lotteryRank, fieldOf, seats, quota } = problem;
  const lists = new Finding('P2');
  const heldAt = new Int32Array(applicantCount);
  const optionCount = new Int32Array(seats.length);
  const fieldCount = new Int32Array(quota.length);
  const optionWorst = new Float64Array(seats.length).fill(CLOSED);
  const fieldWorst = new Float64Array(quota.length).fill(CLOSED);
  if (obtained.length !== applicantCount) lists.violated('one result per applicant is needed', {});

  for (let a = 0; a < applicantCount; a++) {
    const end = listStart[a + 1]!;
    const held = obtained[a] ?? NO_PLACE;
    heldAt[a] = end;
    lists.checked++;
    if (held === NO_PLACE) continue;
    if (held < 0 || held >= seats.length) {
      lists.violated('holds an option that does not exist', { applicant: a, option: held });
      continue;
    }
    const field = held % 2 === 0 ? fieldOf[held / 2]! : NO_PLACE;
    optionCount[held]!++;
    if (field !== NO_PLACE) fieldCount[field]!++;
    let p = listStart[a]!;
    while (p < end && option[p] !== held) p++;
    if (p === end) {
      lists.violated('holds an option outside the own list', { applicant: a, option: held });
      continue;
    }
    heldAt[a] = p;
    const key = merit[p]! * LOTTERY_SPAN + lotteryRank[a]!;
    if (key > optionWorst[held]!) optionWorst[held] = key;
    if (field !== NO_PLACE && key > fieldWorst[field]!) fieldWorst[field] = key;
  }
  const optionCutOff = optionWorst.map((worst, o) => cutOffOf(seats[o]!, optionCount[o]!, worst));
  const fieldCutOff = fieldWorst.map((worst, f) => cutOffOf(quota[f]!, fieldCount[f]!, worst));
  return { lists, heldAt, optionCount, fieldCount, optionCutOff, fieldCutOff };
}

function cutOffOf(limit: number, count: number, worst: number): number {
  if (limit === 0) return CLOSED;
  return count < limit ? OPEN : worst;
}

/** P1. */
function checkCapacities({ seats, quota }: AllocationProblem, { optionCount, fieldCount }: Facts): Finding {
  const finding = new Finding('P1');
  finding.checked = seats.length + quota.length;
  seats.forEach((limit, option) => {
    if (optionCount[option]! > limit) finding.violated('more places taken than seats', { option });
  });
  quota.forEach((limit, field) => {
    if (fieldCount[field]! > limit) finding.violated('more places taken than the field quota', { field });
  });
  return finding;
}

/** P3 by the cut-off test, P4, and own moves: all need one look at every option above the result. */
function checkStability(
  { applicantCount, listStart, option, merit, lotteryRank, fieldOf }: AllocationProblem,
  { heldAt, optionCutOff, fieldCutOff }: Facts,
  ownMoveViolates: boolean,
): { stable: Finding; openPassedOver: Finding; ownMoves: Finding } {
  const stable = new Finding('P3');
  const openPassedOver = new Finding('P4');
  const ownMoves = new Finding('own moves');
  for (let a = 0; a < applicantCount; a++) {
    const lottery = lotteryRank[a]!;
    const held = heldAt[a]!;
    stable.checked += held - listStart[a]!;
    for (let p = listStart[a]!; p < held; p++) {
      const wanted = option[p]!;
      const key = merit[p]! * LOTTERY_SPAN + lottery;
      // Most are turned away by the offering itself: they neither block nor could move within the field.
      if (key >= optionCutOff[wanted]!) continue;
      const field = wanted % 2 === 0 ? fieldOf[wanted / 2]! : NO_PLACE;
      const about = { applicant: a, option: wanted, field };
      if (field !== NO_PLACE && key >= fieldCutOff[field]!) {
        // Handing back an own place in the field leaves room in the quota, and the offering would accept.
        const own = held < listStart[a + 1]! ? option[held]! : NO_PLACE;
        if (own === NO_PLACE || own % 2 !== 0 || fieldOf[own / 2] !== field) continue;
        ownMoves.violated('would move within the field after handing back the own place', about);
        if (ownMoveViolates) stable.violated('own move with one score per field', about);
        continue;
      }
      stable.violated('passes every limit around a preferred option', about);
      if (field !== NO_PLACE && optionCutOff[wanted] === OPEN && fieldCutOff[field] === OPEN) {
        openPassedOver.violated('a preferred funded place is open', about);
      }
    }
  }
  openPassedOver.checked = stable.checked;
  return { stable, openPassedOver, ownMoves };
}

/** P5: different lottery ranks make all keys differ; keys equal those recomputed from the sources. */
function checkKeys(problem: AllocationProblem, evidence: VerifierEvidence): Finding {
  const { applicantCount, lotteryRank, listStart, merit } = problem;
  const finding = new Finding('P5');
  finding.checked = applicantCount;
  const drawn = new Uint8Array(applicantCount);
  for (let a = 0; a < applicantCount; a++) {
    const rank = lotteryRank[a]!;
    if (rank >= applicantCount || drawn[rank] === 1) finding.violated('shares its lottery rank', { applicant: a });
    else drawn[rank] = 1;
    if (evidence.lotteryRank !== undefined && evidence.lotteryRank[a] !== rank) {
      finding.violated('lottery differs from the seed', { applicant: a });
    }
    if (evidence.merit === undefined) continue;
    for (let p = listStart[a]!; p < listStart[a + 1]!; p++) {
      finding.checked++;
      if (evidence.merit[p] !== merit[p]) {
        finding.violated('merit differs from stored grades and criteria', { applicant: a, option: problem.option[p]! });
      }
    }
  }
  return finding;
}

/** P6. */
function checkEligibility(problem: AllocationProblem, { heldAt }: Facts, { eligible }: VerifierEvidence): Finding {
  const finding = new Finding('P6');
  if (eligible === undefined) return finding;
  for (let a = 0; a < problem.applicantCount; a++) {
    const p = heldAt[a]!;
    if (p === problem.listStart[a + 1]) continue;
    finding.checked++;
    if (eligible[p] !== 1) {
      finding.violated('placed without suitability or entitlement', { applicant: a, option: problem.option[p]! });
    }
  }
  return finding;
}

/** P10, the numbers all explanations rest on. */
function checkPublished(facts: Facts, result: AllocationResult): Finding {
  const finding = new Finding('P10');
  finding.checked = facts.optionCount.length + facts.fieldCount.length;
  facts.optionCount.forEach((count, option) => {
    if (result.optionTaken[option] !== count) finding.violated('published count differs', { option });
    if (result.optionCutOff[option] !== facts.optionCutOff[option])
      finding.violated('published cut-off differs', { option });
  });
  facts.fieldCount.forEach((count, field) => {
    if (result.fieldTaken[field] !== count) finding.violated('published count differs', { field });
    if (result.fieldCutOff[field] !== facts.fieldCutOff[field])
      finding.violated('published cut-off differs', { field });
  });
  return finding;
}
