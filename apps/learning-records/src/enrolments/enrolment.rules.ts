import { DomainError } from '@meistras/platform/errors/domain-error';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';

/** KL_M_FINSALT by admission's funding type [PP lr.funding.map = VF→11]; 0 stands for a paid place until the code is confirmed. */
export const fundingSources = { VF: '11', VNF: '0' } as const;

/** What may happen to an enrolment, and to which state it leads (learning-records.md, section 4). */
const transitions: Record<EnrolmentState, EnrolmentState[]> = {
  PLANNED: ['ACTIVE', 'CANCELLED'],
  ACTIVE: ['COMPLETED', 'TERMINATED', 'CANCELLED'],
  CANCELLED: [],
  COMPLETED: [],
  TERMINATED: [],
};

/** Throws unless the enrolment may move to that state. */
export function assertCanBecome(from: EnrolmentState, to: EnrolmentState): void {
  if (!transitions[from].includes(to)) {
    throw new DomainError('conflict', 'enrolment-state', `An enrolment that is ${from} cannot become ${to}.`);
  }
}

/** The state on the day: learning starts on the day of the agreement (R-LR-02). */
export function stateOnEnrolling(startsOn: string, today: string): 'PLANNED' | 'ACTIVE' {
  return startsOn <= today ? 'ACTIVE' : 'PLANNED';
}

/** The last day as a learner lies inside the enrolment and not in the future. */
export function assertEndDay(endedOn: string, startsOn: string, today: string): void {
  if (endedOn >= startsOn && endedOn <= today) return;
  throw new DomainError('invalid', 'end-day', `The last day must lie between ${startsOn} and today, ${today}.`, [
    { pointer: '/endedOn', code: 'END_DAY', message: `The last day must lie between ${startsOn} and today, ${today}.` },
  ]);
}
