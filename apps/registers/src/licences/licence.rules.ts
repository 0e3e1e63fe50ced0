export const licenceStates = ['ISSUED', 'SUSPENDED', 'REVOKED'] as const;
export type LicenceState = (typeof licenceStates)[number];

/** What accreditation says of a right. */
export interface DecidedRight {
  state: 'GRANTED' | 'SUSPENDED' | 'REVOKED';
  validFrom: string;
  /** First day without the right; of a revoked one the day on which the revocation takes effect. */
  validTo?: string | undefined;
  /** `from/to` or `from/..`, oldest first. */
  suspensions?: string[] | undefined;
}

/** A state and the days on which it holds, half-open. */
export interface StateInTime {
  state: LicenceState;
  validFrom: string;
  validTo: string | null;
}

/**
 * The states of a right, one after another (registers.md, section 4): issued, suspended from and until a day, issued again,
 * revoked from a day on. A right that ends by itself has no state after its end.
 */
export function statesOf({ state, validFrom, validTo, suspensions = [] }: DecidedRight): StateInTime[] {
  const end = validTo ?? null;
  const states: StateInTime[] = [];
  const add = (each: LicenceState, from: string, to: string | null): void => {
    if (to === null || from < to) states.push({ state: each, validFrom: from, validTo: to });
  };
  let day: string | null = validFrom;
  for (const [from = '', to = ''] of suspensions.map((each) => each.split('/'))) {
    if (day === null || (end !== null && from >= end)) break;
    const begins: string = from < day ? day : from;
    const ends: string | null = to === '..' || (end !== null && to > end) ? end : to;
    add('ISSUED', day, begins);
    add('SUSPENDED', begins, ends);
    day = ends;
  }
  if (day !== null) add('ISSUED', day, end);
  if (state === 'REVOKED' && end !== null) add('REVOKED', end < validFrom ? validFrom : end, null);
  return states;
}

/** What an institution may run on a day. */
export interface LicensedProgramme {
  programmeId: string;
  state: LicenceState;
}

/**
 * An institution's licence as a whole (R-REG-14): suspended as soon as one programme is, and the others go on; revoked when
 * nothing else is left.
 */
export function licenceOf(programmes: LicensedProgramme[]): { state: LicenceState; suspensionScope: string[] } {
  const suspended = programmes.filter(({ state }) => state === 'SUSPENDED').map(({ programmeId }) => programmeId);
  const inForce = programmes.some(({ state }) => state === 'ISSUED');
  const state = suspended.length > 0 ? 'SUSPENDED' : inForce ? 'ISSUED' : 'REVOKED';
  return { state, suspensionScope: suspended };
}
