export const suitabilityStates = ['PENDING', 'NEEDS_DOCUMENTS', 'NEEDS_TEST', 'SUITABLE', 'UNSUITABLE'] as const;
export type SuitabilityState = (typeof suitabilityStates)[number];

/** What an institution may say. That a test is missing only the test says. */
export const findings = ['SUITABLE', 'UNSUITABLE', 'NEEDS_DOCUMENTS'] as const;
export type Finding = (typeof findings)[number];

/** The reason an applicant is told when the institution had not decided by the deadline (R-ADM-19). */
export const pendingAtDeadline = 'PENDING_AT_DEADLINE';

/** The reason behind a failed entrance test (R-ADM-20). */
export const testFailed = 'ENTRANCE_TEST_FAILED';

interface Decision {
  state: SuitabilityState;
  reason: string | null;
}

/** A finding that keeps an applicant out, or waiting, needs its reason (section 4). */
export function reasonMissing({ state, reason }: { state: Finding; reason?: string }): boolean {
  return state !== 'SUITABLE' && reason === undefined;
}

/** A decision repeated word for word changes nothing. */
export const sameDecision = (stored: Decision, decided: Decision): boolean =>
  stored.state === decided.state && stored.reason === decided.reason;

/** Why an institution may not say this now; null when it may (section 4, R-ADM-18, R-ADM-20). */
export function whyNotDecided(stored: { state: SuitabilityState; bound: boolean }): 'NEEDS_TEST' | 'BOUND' | null {
  if (stored.bound) return 'BOUND';
  return stored.state === 'NEEDS_TEST' ? 'NEEDS_TEST' : null;
}
