import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import { NO_PLACE, type ProblemNames } from '../allocation/allocation-problem.js';
import type { PropertyReport, VerifierReport, Violation } from '../allocation/allocation.verifier.js';
import type { Quarantine } from '../allocation/connected-groups.js';
import type { Fault } from '../allocation/refused-input.js';

/** Name and version of the algorithm behind a stored result. */
export const engineVersion = 'deferred-acceptance/2';

/** A violation by the names of what it concerns. */
export interface NamedViolation {
  reason: string;
  applicationId?: string;
  offeringId?: string;
  fundingType?: 'VF' | 'VNF';
  fieldCode?: string;
}

export interface CheckedProperty {
  property: string;
  ok: boolean;
  checked: number;
  violationCount: number;
  violations: NamedViolation[];
}

/** Applicants and pools that a violation reaches through lists; their results are held back (section 5.4). */
export interface HeldGroup {
  group: number;
  applicants: number;
  placed: number;
  fields: string[];
  /** Offerings whose places that are not state-funded belong to it. */
  offerings: string[];
}

/** The verifier's report as it is stored: P1 to P6, P8 and P10. */
export interface RunReport {
  verified: boolean;
  properties: CheckedProperty[];
  /** Own moves are no error (section 5.1). */
  ownMoves: number;
  /** Such as `pools[07].quota QUOTA_ABOVE_SEATS`. */
  warnings: string[];
  held: HeldGroup[];
  /** Applicants whose results stand. */
  cleared: number;
}

/** A run that was refused before it began: what is wrong with its input. */
export interface RefusalReport {
  faultCount: number;
  faults: Fault[];
}

export interface Verdict {
  report: VerifierReport;
  institutions: PropertyReport;
  quarantine: Quarantine;
  /** A violation that can be put down to nobody holds everybody back. */
  everybody: boolean;
}

export function reportOf(
  { report, institutions, quarantine, everybody }: Verdict,
  names: ProblemNames,
): Omit<RunReport, 'warnings'> {
  const properties = [...report.properties, institutions].map((one) => ({
    ...one,
    violations: one.violations.map((violation) => named(violation, names)),
  }));
  const { groups, groupOf } = quarantine;
  return {
    verified: properties.every(({ ok }) => ok),
    properties,
    ownMoves: report.ownMoveCount,
    held: everybody
      ? []
      : groups.map(({ number, applicants, placed, fields, offerings }) => ({
          ...{ group: number, applicants, placed },
          fields: fields.map((field) => names.fieldIds[field]!),
          offerings: offerings.map((offering) => names.offeringIds[offering]!),
        })),
    cleared: everybody ? 0 : groupOf.reduce((sum, group) => sum + (group === 0 ? 1 : 0), 0),
  };
}

function named({ reason, applicant, option, field }: Violation, names: ProblemNames): NamedViolation {
  const offeringId = names.offeringIds[option >> 1];
  return {
    reason,
    ...(applicant === NO_PLACE ? {} : { applicationId: names.applicationIds[applicant]! }),
    ...(option === NO_PLACE || offeringId === undefined
      ? {}
      : { offeringId, fundingType: option % 2 === 0 ? 'VF' : 'VNF' }),
    ...(field === NO_PLACE ? {} : { fieldCode: names.fieldIds[field]! }),
  };
}

/** A stage stands on a run whose results hold, all of them or those outside the groups held back. */
export const mayStandOn = ({ verified, cleared, held }: RunReport): boolean =>
  verified || (held.length > 0 && cleared > 0);

export interface Publishable {
  id: string;
  state: string;
  startedBy: string;
  report: RunReport | null;
}

export interface PublicationFacts {
  /** The run that the stage stands on. */
  currentRun: string | null;
  by: string;
  secondPersonNeeded: boolean;
  /** Applicants who withdrew and offerings that closed since the run. */
  outdated: number;
}

/** Section 4: a second person confirms the verifier's report; a result that facts have overtaken needs a new run. */
export function assertMayPublish(run: Publishable, facts: PublicationFacts): void {
  if (run.state !== 'COMPLETED') throw conflict('run-state', `A run that is ${run.state} cannot be published.`);
  if (run.report === null || !mayStandOn(run.report))
    throw conflict('run-not-verified', 'The verifier found violations; the result is not published (section 5.4).');
  assertStandsOn(run.id, facts.currentRun);
  assertSecondPerson(run.startedBy, facts);
  if (facts.outdated > 0)
    throw conflict('run-outdated', `${facts.outdated} applicants or offerings are gone since the run: run again.`);
}

export interface DecisionFacts extends Omit<PublicationFacts, 'outdated'> {
  /** Groups decided already. */
  decided: readonly number[];
}

/** A group held back is let out once, by a second person, while the stage stands on its run. */
export function assertMayRelease(run: Publishable, group: number, facts: DecisionFacts): void {
  if (run.state === 'RUNNING' || run.state === 'FAILED')
    throw conflict('run-state', `A run that is ${run.state} holds nobody back.`);
  if (run.report?.held.some((one) => one.group === group) !== true)
    throw conflict('group-not-held', 'The run holds no such group back.');
  assertStandsOn(run.id, facts.currentRun);
  assertSecondPerson(run.startedBy, facts);
  if (facts.decided.includes(group)) throw conflict('group-decided', 'The group is decided already.');
}

function assertStandsOn(runId: string, currentRun: string | null): void {
  if (currentRun !== runId) throw conflict('run-replaced', 'The stage does not stand on this run.');
}

function assertSecondPerson(
  startedBy: string,
  { by, secondPersonNeeded }: Pick<PublicationFacts, 'by' | 'secondPersonNeeded'>,
): void {
  if (secondPersonNeeded && startedBy === by)
    throw conflict('second-person', 'Another client than the one that started the run must do this.');
}

/** F-ADM-3 [PP adm.lottery.publicDraw]: a draw where the policy asks for one, and the same for every run of a stage. */
export function assertDraw(draw: string | null, needed: boolean, first: string | null): void {
  const refuse = (code: string, message: string): never => {
    throw invalid('invalid-public-draw', message, [{ pointer: '?publicDraw', code, message }]);
  };
  if (needed && draw === null) refuse('PUBLIC_DRAW_MISSING', 'The lottery of this stage needs its public draw.');
  if (!needed && draw !== null) refuse('PUBLIC_DRAW_UNFORESEEN', 'The lottery of this stage has no public draw.');
  if (first !== null && draw !== first)
    refuse('PUBLIC_DRAW_OTHER', 'The stage was run by another draw; a draw is held once.');
}
