import { addWorkingDays } from '@meistras/platform/time/working-days';

export const enteredFacts = ['START', 'END'] as const;
export type EnteredFact = (typeof enteredFacts)[number];

/** What an enrolment event enters. */
export interface EnteredEvent {
  version: number;
  startsOn: string;
  endedOn?: string | undefined;
}

/** The fact that an event enters for the first time: the start by the first of an enrolment, the end by the one that has it. */
export function enteredBy({
  version,
  startsOn,
  endedOn,
}: EnteredEvent): { fact: EnteredFact; factOn: string } | undefined {
  if (endedOn !== undefined) return { fact: 'END', factOn: endedOn };
  return version === 1 ? { fact: 'START', factOn: startsOn } : undefined;
}

/** R-REG-22: the last day on which a fact is entered in time. `workingDays` is the policy of the day of the fact. */
export const dueOn = (factOn: string, workingDays: number): string => addWorkingDays(factOn, workingDays);
