import { conflict } from '@meistras/platform/errors/domain-error';
import type { AllocationRun } from '../allocation/allocation.worker.js';
import type { PropertyReport } from '../allocation/allocation.verifier.js';

/** Name and version of the algorithm behind a stored result. */
export const engineVersion = 'deferred-acceptance/1';

/** The verifier's report as it is stored: P1 to P6, P8 and P10. */
export interface RunReport {
  verified: boolean;
  properties: PropertyReport[];
  /** Own moves are no error (section 5.1). */
  ownMoves: number;
  /** Such as `fields[07].quota QUOTA_ABOVE_SEATS`. */
  warnings: string[];
}

export function reportOf({ report, institutions }: AllocationRun, warnings: string[]): RunReport {
  const properties = [...report.properties, ...(institutions ? [institutions] : [])];
  return { verified: properties.every(({ ok }) => ok), properties, ownMoves: report.ownMoveCount, warnings };
}

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
  if (run.report?.verified !== true)
    throw conflict('run-not-verified', 'The verifier found violations; the result is not published (section 5.4).');
  if (facts.currentRun !== run.id) throw conflict('run-replaced', 'A later run has replaced this one.');
  if (facts.secondPersonNeeded && run.startedBy === facts.by)
    throw conflict('second-person', 'Another client than the one that started the run must publish it.');
  if (facts.outdated > 0)
    throw conflict('run-outdated', `${facts.outdated} applicants or offerings are gone since the run: run again.`);
}
