import type { StageState } from '@meistras/contracts/events/admission/stage';
import { conflict, invalid } from '@meistras/platform/errors/domain-error';
import type { Fault } from '@meistras/platform/errors/domain-error';

export const stageTypes = ['WINTER', 'SUMMER', 'ADDITIONAL', 'FREE_PLACES'] as const;
export type StageType = (typeof stageTypes)[number];

/** Applicants who may have windows of their own (section 2, StageWindow). */
export const applicantGroups = ['WITH_SECONDARY', 'WITHOUT_SECONDARY', 'MODULE'] as const;
export type ApplicantGroup = (typeof applicantGroups)[number];

export const windowSteps = ['APPLY', 'ORDER', 'SIGN'] as const;
export type WindowStep = (typeof windowSteps)[number];

/** Half-open: the closing instant itself is late (R-ADM-12). */
export interface Window {
  opensAt: Date;
  closesAt: Date;
}

/** A window of one group, narrower than the stage's. Instants in UTC, as they are stored. */
export interface GroupWindow {
  group: ApplicantGroup;
  step: WindowStep;
  opensAt: string;
  closesAt: string;
}

/** What a stage does when: applying, the institutions' findings, ordering, results, signing. */
export interface StageWindows {
  applyFrom: Date;
  applyUntil: Date;
  suitabilityUntil: Date;
  orderUntil: Date;
  /** Results are published from here on. */
  inviteFrom: Date;
  signFrom: Date;
  signUntil: Date;
  groupWindows: GroupWindow[];
}

type Stage = StageWindows & { state: StageState };

/** Section 4. A new run takes a matched stage back to LOCKED. */
const next: Record<StageState, readonly StageState[]> = {
  PLANNED: ['OPEN'],
  OPEN: ['ORDERING'],
  ORDERING: ['LOCKED'],
  LOCKED: ['MATCHED'],
  MATCHED: ['PUBLISHED', 'LOCKED'],
  PUBLISHED: ['SIGNING'],
  SIGNING: ['CLOSED'],
  CLOSED: [],
};

/** Throws `stage-state` unless the stage may move there. */
export function assertCanMove(from: StageState, to: StageState): void {
  if (!next[from].includes(to)) throw conflict('stage-state', `A stage that is ${from} cannot become ${to}.`);
}

/** Lists and findings are fixed once both ordering and judging are over. */
export function lockedFrom({ suitabilityUntil, orderUntil }: StageWindows): Date {
  return suitabilityUntil > orderUntil ? suitabilityUntil : orderUntil;
}

/** Where the clock moves the stage; null when nothing is due. A deadline's instant itself is late (R-ADM-12). */
export function dueByClock(stage: Stage & { closesAt: Date }, now: Date): StageState | null {
  switch (stage.state) {
    case 'PLANNED':
      return now >= stage.applyFrom ? 'OPEN' : null;
    case 'OPEN':
      return now >= stage.applyUntil ? 'ORDERING' : null;
    case 'ORDERING':
      return now >= lockedFrom(stage) ? 'LOCKED' : null;
    case 'PUBLISHED':
      return now >= stage.signFrom ? 'SIGNING' : null;
    case 'SIGNING':
      return now >= stage.closesAt ? 'CLOSED' : null;
    case 'LOCKED':
    case 'MATCHED':
    case 'CLOSED':
      return null;
  }
}

/** The window of a step for a group: its own, else that of the stage. */
export function windowOf(stage: StageWindows, step: WindowStep, group: ApplicantGroup): Window {
  switch (step) {
    case 'APPLY':
      return ownWindow(stage, step, group) ?? { opensAt: stage.applyFrom, closesAt: stage.applyUntil };
    case 'ORDER':
      return ownWindow(stage, step, group) ?? { opensAt: stage.applyFrom, closesAt: stage.orderUntil };
    case 'SIGN':
      return signingWindowOf(stage, group);
  }
}

/** What a stage says of signing. */
export type SigningTerms = Pick<StageWindows, 'signFrom' | 'signUntil' | 'groupWindows'>;

export function signingWindowOf(stage: SigningTerms, group: ApplicantGroup): Window {
  return ownWindow(stage, 'SIGN', group) ?? { opensAt: stage.signFrom, closesAt: stage.signUntil };
}

function ownWindow(
  { groupWindows }: Pick<StageWindows, 'groupWindows'>,
  step: WindowStep,
  group: ApplicantGroup,
): Window | undefined {
  const own = groupWindows.find((each) => each.group === group && each.step === step);
  return own && { opensAt: new Date(own.opensAt), closesAt: new Date(own.closesAt) };
}

const windowClosed = (what: string): Error => conflict('window-closed', `${what} (R-ADM-12).`);

export function takesApplications(
  stage: Stage,
  { applicantGroup }: { applicantGroup: ApplicantGroup },
  now: Date,
): boolean {
  const { opensAt, closesAt } = windowOf(stage, 'APPLY', applicantGroup);
  return stage.state === 'OPEN' && now >= opensAt && now < closesAt;
}

/** Applications and lists of preferences are taken inside the application window of the group (R-ADM-15). */
export function assertTakesApplications(stage: Stage, group: ApplicantGroup, now: Date): void {
  const { opensAt, closesAt } = windowOf(stage, 'APPLY', group);
  if (now < opensAt) throw windowClosed('The application window is not open yet');
  if (stage.state !== 'OPEN' || now >= closesAt) throw windowClosed('The application window is over');
}

/** Whether a list may still be put into another order, though nothing may be added any more (R-ADM-17). */
export function takesOrder(stage: Stage, group: ApplicantGroup, now: Date): boolean {
  const { opensAt, closesAt } = windowOf(stage, 'ORDER', group);
  return (stage.state === 'OPEN' || stage.state === 'ORDERING') && now >= opensAt && now < closesAt;
}

/** Institutions judge from the opening of the stage until its findings are due (R-ADM-17, R-ADM-19). */
export function assertTakesFindings({ state, applyFrom, suitabilityUntil }: Stage, now: Date): void {
  if (now < applyFrom) throw windowClosed('The stage is not open yet');
  if ((state !== 'OPEN' && state !== 'ORDERING') || now >= suitabilityUntil)
    throw windowClosed('The findings of this stage are fixed');
}

/** Seats are planned until the stage opens (section 7). */
export function assertTakesSeats({ state, applyFrom }: Stage, now: Date): void {
  if (state !== 'PLANNED' || now >= applyFrom)
    throw conflict('stage-opened', 'Offerings and seats are fixed when the stage opens.');
}

/** Quotas move until the results stand on them (section 8). */
export function takesQuotas({ state }: Pick<Stage, 'state'>): boolean {
  return state === 'PLANNED' || state === 'OPEN' || state === 'ORDERING' || state === 'LOCKED';
}

export function assertTakesQuotas(stage: Pick<Stage, 'state'>): void {
  if (!takesQuotas(stage)) throw conflict('quota-frozen', 'The quota counts from the next stage.');
}

/** Results leave not before the day that the calendar names, and not when nobody could sign them any more. */
export function assertTakesResults({ inviteFrom, signUntil }: StageWindows, now: Date): void {
  if (now < inviteFrom) throw conflict('results-not-due', `Results are published from ${inviteFrom.toISOString()}.`);
  if (now >= signUntil) throw conflict('window-closed', 'The signing window is over; move it first (R-ADM-29).');
}

/** Whether the results of a stage are known to the applicants. */
export function isPublished({ state }: Pick<Stage, 'state'>): boolean {
  return state === 'PUBLISHED' || state === 'SIGNING' || state === 'CLOSED';
}

/** A signature, a refusal or an annulment: in the window of the group, `closesAt` with the institution's days besides. */
export function assertTakesSignatures(stage: Pick<Stage, 'state'>, { opensAt, closesAt }: Window, now: Date): void {
  if (!isPublished(stage) || stage.state === 'CLOSED' || now < opensAt)
    throw windowClosed('The signing window is not open');
  if (now >= closesAt) throw windowClosed('The signing window is over');
}

const bounds = [
  'applyFrom',
  'applyUntil',
  'suitabilityUntil',
  'orderUntil',
  'inviteFrom',
  'signFrom',
  'signUntil',
] as const;
type Bound = (typeof bounds)[number];

/** [later, earlier, whether both may be one instant]. */
const follow: readonly [Bound, Bound, boolean][] = [
  ['applyUntil', 'applyFrom', false],
  ['suitabilityUntil', 'applyUntil', true],
  ['orderUntil', 'applyUntil', true],
  ['inviteFrom', 'suitabilityUntil', true],
  ['inviteFrom', 'orderUntil', true],
  ['signFrom', 'inviteFrom', true],
  ['signUntil', 'signFrom', false],
];

/** Throws `invalid-windows` with every fault: the windows follow each other. */
export function assertInOrder(windows: StageWindows): void {
  refuse(orderFaults(windows));
}

/** A bound that has passed stays; another may move, also to close early, but not into the past. */
export function assertMayMove(before: StageWindows, after: StageWindows, now: Date): void {
  const faults = orderFaults(after);
  for (const name of bounds) {
    if (after[name].getTime() === before[name].getTime()) continue;
    if (before[name] <= now) faults.push(fault(name, 'WINDOW_PASSED', 'It has passed and stays.'));
    else if (after[name] < now) faults.push(fault(name, 'WINDOW_IN_PAST', 'It cannot move into the past.'));
  }
  refuse(faults);
}

function orderFaults(windows: StageWindows): Fault[] {
  const faults: Fault[] = [];
  for (const [later, earlier, mayMeet] of follow) {
    const fits = mayMeet ? windows[later] >= windows[earlier] : windows[later] > windows[earlier];
    if (fits) continue;
    const message = mayMeet ? `It must not be earlier than ${earlier}.` : `It must be later than ${earlier}.`;
    faults.push(fault(later, 'WINDOW_ORDER', message));
  }
  return [...faults, ...groupFaults(windows)];
}

function groupFaults(windows: StageWindows): Fault[] {
  const faults: Fault[] = [];
  const whole = { ...windows, groupWindows: [] };
  const stated = new Set<string>();
  windows.groupWindows.forEach(({ group, step, ...own }, i) => {
    const at = `groupWindows/${i}`;
    const [opensAt, closesAt] = [new Date(own.opensAt), new Date(own.closesAt)];
    const stage = windowOf(whole, step, group);
    if (stated.has(`${group} ${step}`)) faults.push(fault(at, 'WINDOW_REPEATED', 'The group has this window already.'));
    stated.add(`${group} ${step}`);
    if (closesAt <= opensAt) faults.push(fault(`${at}/closesAt`, 'WINDOW_ORDER', 'It must be later than opensAt.'));
    if (opensAt < stage.opensAt || closesAt > stage.closesAt)
      faults.push(fault(at, 'OUTSIDE_STAGE', 'It must lie within the window of the stage.'));
  });
  return faults;
}

const fault = (name: string, code: string, message: string): Fault => ({ pointer: `/${name}`, code, message });

function refuse(faults: Fault[]): void {
  if (faults.length > 0) throw invalid('invalid-windows', 'The windows do not fit.', faults);
}
