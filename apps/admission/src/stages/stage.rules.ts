import type { StageState } from '@meistras/contracts/events/admission/stage';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';

export const stageTypes = ['WINTER', 'SUMMER', 'ADDITIONAL', 'FREE_PLACES'] as const;
export type StageType = (typeof stageTypes)[number];

export interface StageWindows {
  applyFrom: Date;
  applyUntil: Date;
  signUntil: Date;
}

type Stage = StageWindows & { state: StageState };

/** Section 4. A new run takes a matched stage back to LOCKED. */
const next: Record<StageState, readonly StageState[]> = {
  PLANNED: ['OPEN'],
  OPEN: ['LOCKED'],
  LOCKED: ['MATCHED'],
  MATCHED: ['PUBLISHED', 'LOCKED'],
  PUBLISHED: ['CLOSED'],
  CLOSED: [],
};

/** Throws `stage-state` unless the stage may move there. */
export function assertCanMove(from: StageState, to: StageState): void {
  if (!next[from].includes(to)) throw conflict('stage-state', `A stage that is ${from} cannot become ${to}.`);
}

/** Where the clock moves the stage; null when nothing is due. A deadline's instant itself is late (R-ADM-12). */
export function dueByClock({ state, applyFrom, applyUntil, signUntil }: Stage, now: Date): StageState | null {
  switch (state) {
    case 'PLANNED':
      return now >= applyFrom ? 'OPEN' : null;
    case 'OPEN':
      return now >= applyUntil ? 'LOCKED' : null;
    case 'PUBLISHED':
      return now >= signUntil ? 'CLOSED' : null;
    case 'LOCKED':
    case 'MATCHED':
    case 'CLOSED':
      return null;
  }
}

const windowClosed = (what: string): Error => conflict('window-closed', `${what} (R-ADM-12).`);

/** Applications, preferences and suitability change only inside the application window (R-ADM-15, R-ADM-17). */
export function assertTakesApplications({ state, applyFrom, applyUntil }: Stage, now: Date): void {
  if (now < applyFrom) throw windowClosed('The application window is not open yet');
  if (state !== 'OPEN' || now >= applyUntil) throw windowClosed('The application window is over');
}

/** Seats are planned until the stage opens (section 7). */
export function assertTakesSeats({ state, applyFrom }: Stage, now: Date): void {
  if (state !== 'PLANNED' || now >= applyFrom)
    throw conflict('stage-opened', 'Offerings and seats are fixed when the stage opens.');
}

/** Quotas move until the results stand on them (section 8). */
export function assertTakesQuotas({ state }: Stage): void {
  if (state !== 'PLANNED' && state !== 'OPEN' && state !== 'LOCKED')
    throw conflict('quota-frozen', 'The quota counts from the next stage.');
}

export function assertTakesSignatures({ state, signUntil }: Stage, now: Date): void {
  if (state !== 'PUBLISHED') throw windowClosed('The signing window is not open');
  if (now >= signUntil) throw windowClosed('The signing window is over');
}

const names = ['applyFrom', 'applyUntil', 'signUntil'] as const;

/** Throws `invalid-windows` with every fault: the windows follow each other. */
export function assertInOrder(windows: StageWindows): void {
  refuse(orderFaults(windows));
}

/** A bound that has passed stays; another may move, also to close early, but not into the past. */
export function assertMayMove(before: StageWindows, after: StageWindows, now: Date): void {
  const faults = orderFaults(after);
  for (const name of names) {
    if (after[name].getTime() === before[name].getTime()) continue;
    if (before[name] <= now) faults.push(fault(name, 'WINDOW_PASSED', 'It has passed and stays.'));
    else if (after[name] < now) faults.push(fault(name, 'WINDOW_IN_PAST', 'It cannot move into the past.'));
  }
  refuse(faults);
}

function orderFaults({ applyFrom, applyUntil, signUntil }: StageWindows): Fault[] {
  const faults: Fault[] = [];
  if (applyUntil <= applyFrom) faults.push(fault('applyUntil', 'WINDOW_ORDER', 'It must be later than applyFrom.'));
  if (signUntil <= applyUntil) faults.push(fault('signUntil', 'WINDOW_ORDER', 'It must be later than applyUntil.'));
  return faults;
}

const fault = (name: string, code: string, message: string): Fault => ({ pointer: `/${name}`, code, message });

function refuse(faults: Fault[]): void {
  if (faults.length > 0) throw invalid('invalid-windows', 'The windows do not fit.', faults);
}
