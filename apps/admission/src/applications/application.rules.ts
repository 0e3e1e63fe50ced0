import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';
import type { FundingType } from '../allocation/allocation-problem.js';
import { fundingRight } from '../allocation/funding-right.rules.js';
import type { FundingFacts, FundingRuleset } from '../allocation/funding-right.rules.js';
import { RefusedInput } from '../allocation/refused-input.js';
import { competitiveScore } from '../allocation/score.rules.js';
import type { CompetitiveScore, Grade, ScoreInput } from '../allocation/score.rules.js';
import type { Awards } from '../offerings/offering.rules.js';

/** Version of F-ADM-1 behind a stored score. */
export const scoreFormula = 'F-ADM-1/1';

/** What an applicant chose, in order. */
export interface Choice {
  offeringId: string;
  fundingType: FundingType;
}

/** What is known of an offering that is chosen. */
export interface ChosenOffering {
  id: string;
  institutionId: string;
  kind: 'INITIAL' | 'CONTINUING' | 'HIGHER';
  eqfLevel: number;
  awards: Awards;
  /** Empty for the whole programme. */
  moduleCode: string;
  /** R-ADM-20: where the last test is too near for who lists the programme now, the learners who are or were registered for one. */
  testOverBut: string[] | null;
  state: 'OPEN' | 'CLOSED';
}

/** Why a listed preference does not compete (sections 5.1 item 2 and 8), with the facts used. */
export interface Ineligible {
  rule: string;
  code: string;
  facts: Record<string, unknown>;
}

/** R-ADM-13: throws `limit-exceeded` with the limit and where it comes from. */
export function assertWithinLimit(choices: Choice[], limit: number, legalBasis: string): void {
  if (choices.length <= limit) return;
  const message = `At most ${limit} preferences (R-ADM-13; ${legalBasis}).`;
  throw invalid('limit-exceeded', message, [{ pointer: '/preferences', code: 'LIMIT_EXCEEDED', message }]);
}

/** R-ADM-14 and section 8: throws `invalid-preferences` with all faults. */
export function assertListable(choices: Choice[], offerings: ReadonlyMap<string, ChosenOffering>): void {
  const faults: Fault[] = [];
  const listed = new Set<string>();
  choices.forEach(({ offeringId, fundingType }, i) => {
    const fault = (code: string, message: string) => faults.push({ pointer: `/preferences/${i}`, code, message });
    const offering = offerings.get(offeringId.toLowerCase());
    const option = `${offeringId.toLowerCase()}|${fundingType}`;
    if (!offering) fault('OFFERING_UNKNOWN', 'The stage has no such offering.');
    else if (offering.state === 'CLOSED') fault('OFFERING_CLOSED', 'The offering is closed (R-REG-15).');
    if (listed.has(option)) fault('OPTION_REPEATED', 'The pair of offering and funding type stands twice (R-ADM-14).');
    listed.add(option);
  });
  if (faults.length > 0) throw invalid('invalid-preferences', 'The preferences have faults.', faults);
}

/** R-ADM-01 by year of birth: whoever reaches the age within the year of the reference day [PP adm.age.on] may apply. */
export function assertOldEnough(birthYear: number, day: string, minimum: number): void {
  if (Number(day.slice(0, 4)) - birthYear >= minimum) return;
  const message = `An applicant reaches ${minimum} at the latest in the year of ${day} (R-ADM-01).`;
  throw invalid('too-young', message, [{ pointer: '/learnerId', code: 'TOO_YOUNG', message }]);
}

/** R-ADM-25: only criteria of the published list count. Throws `unknown-criterion` with all of the others. */
export function assertCriteria(met: readonly string[], listed: readonly { code: string }[]): void {
  const faults = met.flatMap((code, i) =>
    listed.some((each) => each.code === code)
      ? []
      : [{ pointer: `/criteria/${i}`, code: 'UNKNOWN_CRITERION', message: `${code} is not listed (R-ADM-25).` }],
  );
  if (faults.length > 0) throw invalid('unknown-criterion', 'Some criteria are not listed.', faults);
}

/** A place paid by the state: who may compete for it, by whose rules. */
export interface FundingJudgement {
  facts: FundingFacts;
  ruleset: FundingRuleset;
  /** R-ADM-35: holds a live agreement on a state-funded place. */
  holdsFundedPlace: boolean;
}

/**
 * F-ADM-2 and R-ADM-35. A preference without the right is kept and marked, not refused: the list is cut down to what is
 * permitted. VNF is open to all; F-ADM-2 speaks of VET alone, so higher programmes are not judged by it.
 */
export function whyIneligible(
  fundingType: FundingType,
  kind: ChosenOffering['kind'],
  { facts, ruleset, holdsFundedPlace }: FundingJudgement,
): Ineligible | null {
  if (fundingType === 'VNF') return null;
  if (holdsFundedPlace) return { rule: 'R-ADM-35', code: 'LIVE_AGREEMENT', facts: {} };
  if (kind === 'HIGHER') return null;
  const right = fundingRight(kind, facts, ruleset);
  if (right.allowed) return null;
  return { rule: 'F-ADM-2', code: right.code, facts: { ruleset, programmeKind: kind, held: facts.held.length } };
}

/** R-ADM-20: no test is held late enough for who lists the programme now. */
export const testTooLate: Ineligible = { rule: 'R-ADM-20', code: 'TEST_TOO_LATE', facts: {} };

/** Once applying is over a list may be put in another order or shortened; throws `window-closed` when it adds anything. */
export function assertOnlyReordered(before: readonly Choice[], after: readonly Choice[]): void {
  const optionOf = ({ offeringId, fundingType }: Choice): string => `${offeringId.toLowerCase()}|${fundingType}`;
  const known = new Set(before.map(optionOf));
  if (after.every((choice) => known.has(optionOf(choice)))) return;
  throw conflict('window-closed', 'The application window is over: nothing new may be listed (R-ADM-12, R-ADM-17).');
}

/** R-REG-15: what an offering closed after submission makes of a preference. */
export const offeringClosed: Ineligible = { rule: 'R-REG-15', code: 'OFFERING_CLOSED', facts: {} };

/** F-ADM-1; throws `invalid-score-input` with every fault as a pointer into the body. */
export function scoreOf(input: ScoreInput): CompetitiveScore {
  try {
    return competitiveScore(input);
  } catch (error) {
    if (!(error instanceof RefusedInput)) throw error;
    const faults = error.faults.map(({ path, code }) => ({
      pointer: `/${path.replaceAll(/\[(\d+)\]/g, '/$1').replaceAll('.', '/')}`,
      code,
      message: 'The value does not fit its scale (F-ADM-1).',
    }));
    throw invalid('invalid-score-input', 'The grades have faults.', faults);
  }
}

/** Without a numeric grade the education document is missing (section 8). */
export function hasGrades({ grades }: { grades: Grade[] }): boolean {
  return grades.some(({ scale }) => scale !== 'NONE');
}

export function assertSubmitted({ state }: { state: 'SUBMITTED' | 'WITHDRAWN' }): void {
  if (state === 'WITHDRAWN') throw conflict('application-withdrawn', 'The application is withdrawn.');
}
