export const suitabilityStates = ['PENDING', 'SUITABLE', 'UNSUITABLE'] as const;
export type SuitabilityState = (typeof suitabilityStates)[number];

export const findings = ['SUITABLE', 'UNSUITABLE'] as const;
export type Finding = (typeof findings)[number];

/** The reason an applicant is told when the institution had not decided by the deadline (R-ADM-19). */
export const pendingAtDeadline = 'PENDING_AT_DEADLINE';

interface Decision {
  state: SuitabilityState;
  reason: string | null;
}

/** UNSUITABLE needs its reason (section 4); a decision repeated word for word changes nothing. */
export function reasonMissing({ state, reason }: { state: Finding; reason?: string }): boolean {
  return state === 'UNSUITABLE' && reason === undefined;
}

export const sameDecision = (stored: Decision, decided: Decision): boolean =>
  stored.state === decided.state && stored.reason === decided.reason;
