import { describe, expect, it } from '@jest/globals';
import { stageStates } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import {
  assertCanMove,
  assertInOrder,
  assertMayMove,
  assertTakesApplications,
  assertTakesFindings,
  assertTakesQuotas,
  assertTakesResults,
  assertTakesSeats,
  assertTakesSignatures,
  dueByClock,
  signingWindowOf,
  takesOrder,
  windowOf,
} from './stage.rules.js';
import type { GroupWindow, StageWindows } from './stage.rules.js';

const at = (instant: string) => new Date(instant);
const windows: StageWindows = {
  applyFrom: at('2026-05-31T21:00:00Z'),
  applyUntil: at('2026-08-05T21:00:00Z'), // 24:00 in Vilnius
  orderUntil: at('2026-08-06T21:00:00Z'),
  suitabilityUntil: at('2026-08-07T14:00:00Z'),
  inviteFrom: at('2026-08-11T06:00:00Z'),
  signFrom: at('2026-08-14T05:00:00Z'),
  signUntil: at('2026-08-17T14:00:00Z'),
  groupWindows: [],
};
const allowed = new Set([
  'PLANNED OPEN',
  'OPEN ORDERING',
  'ORDERING LOCKED',
  'LOCKED MATCHED',
  'MATCHED PUBLISHED',
  'MATCHED LOCKED',
  'PUBLISHED SIGNING',
  'SIGNING CLOSED',
]);
const moves = stageStates.flatMap((from) => stageStates.map((to): [StageState, StageState] => [from, to]));
const codeOf = (work: () => void): string => {
  try {
    work();
    return 'ok';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the states of a stage (section 4)', () => {
  it.each(moves)('from %s to %s', (from, to) => {
    expect(codeOf(() => assertCanMove(from, to))).toBe(allowed.has(`${from} ${to}`) ? 'ok' : 'stage-state');
  });

  it.each([
    ['PLANNED', '2026-05-31T20:59:59.999Z', null],
    ['PLANNED', '2026-05-31T21:00:00.000Z', 'OPEN'],
    ['OPEN', '2026-08-05T20:59:59.999Z', null],
    ['OPEN', '2026-08-05T21:00:00.000Z', 'ORDERING'],
    ['ORDERING', '2026-08-06T21:00:00.000Z', null], // findings are still due
    ['ORDERING', '2026-08-07T13:59:59.999Z', null],
    ['ORDERING', '2026-08-07T14:00:00.000Z', 'LOCKED'],
    ['LOCKED', '2027-01-01T00:00:00.000Z', null],
    ['MATCHED', '2027-01-01T00:00:00.000Z', null],
    ['PUBLISHED', '2026-08-14T04:59:59.999Z', null],
    ['PUBLISHED', '2026-08-14T05:00:00.000Z', 'SIGNING'],
    ['SIGNING', '2026-08-18T13:59:59.999Z', null],
    ['SIGNING', '2026-08-18T14:00:00.000Z', 'CLOSED'],
    ['CLOSED', '2027-01-01T00:00:00.000Z', null],
  ] as const)('%s at %s is due for %s (R-ADM-12)', (state, now, due) => {
    const closesAt = at('2026-08-18T14:00:00Z'); // one day more for some (R-ADM-30)
    expect(dueByClock({ state, ...windows, closesAt }, at(now))).toBe(due);
  });
});

describe('what a window takes', () => {
  it.each([
    ['applications', 'OPEN', '2026-05-31T20:59:59.999Z', 'window-closed'],
    ['applications', 'OPEN', '2026-05-31T21:00:00.000Z', 'ok'],
    ['applications', 'OPEN', '2026-08-05T20:59:59.999Z', 'ok'], // R-ADM-15
    ['applications', 'OPEN', '2026-08-05T21:00:00.000Z', 'window-closed'], // R-ADM-12
    ['applications', 'LOCKED', '2026-08-05T20:59:59.999Z', 'window-closed'],
    ['findings', 'ORDERING', '2026-08-07T13:59:59.999Z', 'ok'], // R-ADM-17
    ['findings', 'ORDERING', '2026-08-07T14:00:00.000Z', 'window-closed'], // R-ADM-19
    ['findings', 'PLANNED', '2026-05-01T00:00:00.000Z', 'window-closed'],
    ['findings', 'LOCKED', '2026-08-07T13:00:00.000Z', 'window-closed'],
    ['seats', 'PLANNED', '2026-05-31T20:59:59.999Z', 'ok'],
    ['seats', 'PLANNED', '2026-05-31T21:00:00.000Z', 'stage-opened'],
    ['seats', 'OPEN', '2026-06-01T00:00:00.000Z', 'stage-opened'],
    ['quotas', 'PLANNED', '2026-05-01T00:00:00.000Z', 'ok'],
    ['quotas', 'ORDERING', '2026-08-06T00:00:00.000Z', 'ok'],
    ['quotas', 'LOCKED', '2026-08-08T00:00:00.000Z', 'ok'],
    ['quotas', 'MATCHED', '2026-08-08T00:00:00.000Z', 'quota-frozen'],
    ['quotas', 'PUBLISHED', '2026-08-12T00:00:00.000Z', 'quota-frozen'],
    ['quotas', 'SIGNING', '2026-08-15T00:00:00.000Z', 'quota-frozen'],
    ['results', 'MATCHED', '2026-08-11T05:59:59.999Z', 'results-not-due'],
    ['results', 'MATCHED', '2026-08-11T06:00:00.000Z', 'ok'],
    ['results', 'MATCHED', '2026-08-17T14:00:00.000Z', 'window-closed'],
    ['signatures', 'PUBLISHED', '2026-08-14T04:59:59.999Z', 'window-closed'],
    ['signatures', 'PUBLISHED', '2026-08-14T05:00:00.000Z', 'ok'], // whether or not the clock has turned
    ['signatures', 'SIGNING', '2026-08-17T13:59:59.999Z', 'ok'],
    ['signatures', 'SIGNING', '2026-08-17T14:00:00.000Z', 'window-closed'], // R-ADM-29
    ['signatures', 'CLOSED', '2026-08-17T13:00:00.000Z', 'window-closed'],
    ['signatures', 'MATCHED', '2026-08-15T00:00:00.000Z', 'window-closed'],
  ] as const)('%s while %s at %s: %s', (what, state, instant, code) => {
    const stage = { state, ...windows };
    const now = at(instant);
    const judge = {
      applications: () => assertTakesApplications(stage, 'WITH_SECONDARY', now),
      findings: () => assertTakesFindings(stage, now),
      seats: () => assertTakesSeats(stage, now),
      quotas: () => assertTakesQuotas(stage),
      results: () => assertTakesResults(stage, now),
      signatures: () => assertTakesSignatures(stage, signingWindowOf(stage, 'WITH_SECONDARY'), now),
    };
    expect(codeOf(judge[what])).toBe(code);
  });

  it.each([
    ['OPEN', '2026-06-10T00:00:00Z', true],
    ['ORDERING', '2026-08-06T20:59:59.999Z', true],
    ['ORDERING', '2026-08-06T21:00:00.000Z', false],
    ['LOCKED', '2026-08-06T20:00:00Z', false],
  ] as const)('another order while %s at %s: %s (R-ADM-17)', (state, now, takes) => {
    expect(takesOrder({ state, ...windows }, 'WITH_SECONDARY', at(now))).toBe(takes);
  });
});

describe('the windows of a group', () => {
  const own: GroupWindow = {
    ...{ group: 'MODULE', step: 'APPLY', opensAt: '2026-06-08T05:00:00Z', closesAt: '2026-06-19T14:00:00Z' },
  };
  const stage = { ...windows, groupWindows: [own] };

  it('take the stead of those of the stage', () => {
    expect(windowOf(stage, 'APPLY', 'MODULE')).toEqual({ opensAt: at(own.opensAt), closesAt: at(own.closesAt) });
    expect(windowOf(stage, 'APPLY', 'WITH_SECONDARY').closesAt).toEqual(windows.applyUntil);
    expect(windowOf(stage, 'SIGN', 'MODULE').opensAt).toEqual(windows.signFrom);
  });

  it.each([
    ['MODULE', '2026-06-08T04:59:59.999Z', 'window-closed'],
    ['MODULE', '2026-06-08T05:00:00.000Z', 'ok'],
    ['MODULE', '2026-06-19T14:00:00.000Z', 'window-closed'],
    ['WITHOUT_SECONDARY', '2026-06-19T14:00:00.000Z', 'ok'],
  ] as const)('%s at %s: %s', (group, now, code) => {
    expect(codeOf(() => assertTakesApplications({ state: 'OPEN', ...stage }, group, at(now)))).toBe(code);
  });
});

describe('windows', () => {
  const faults = (work: () => void): string[] => {
    try {
      work();
      return [];
    } catch (error) {
      return (error as { faults: { pointer: string; code: string }[] }).faults.map(
        ({ pointer, code }) => `${pointer} ${code}`,
      );
    }
  };
  const group = (facts: Partial<GroupWindow>): GroupWindow => ({
    ...{ group: 'MODULE', step: 'APPLY', opensAt: '2026-06-08T05:00:00Z', closesAt: '2026-06-19T14:00:00Z' },
    ...facts,
  });

  it.each<[Partial<StageWindows>, string[]]>([
    [{}, []],
    [{ applyUntil: windows.applyFrom }, ['/applyUntil WINDOW_ORDER']],
    [{ signUntil: windows.signFrom }, ['/signUntil WINDOW_ORDER']],
    [{ orderUntil: windows.applyUntil, suitabilityUntil: windows.applyUntil }, []], // ordering may last zero time
    [{ suitabilityUntil: at('2026-08-05T20:00:00Z') }, ['/suitabilityUntil WINDOW_ORDER']],
    [{ inviteFrom: at('2026-08-07T00:00:00Z') }, ['/inviteFrom WINDOW_ORDER']],
    [{ signFrom: at('2026-08-10T00:00:00Z') }, ['/signFrom WINDOW_ORDER']],
    [
      { applyUntil: at('2026-01-01T00:00:00Z'), signUntil: at('2025-01-01T00:00:00Z') },
      ['/applyUntil WINDOW_ORDER', '/signUntil WINDOW_ORDER'],
    ],
    [{ groupWindows: [group({})] }, []],
    [{ groupWindows: [group({}), group({})] }, ['/groupWindows/1 WINDOW_REPEATED']],
    [{ groupWindows: [group({ closesAt: '2026-06-08T05:00:00Z' })] }, ['/groupWindows/0/closesAt WINDOW_ORDER']],
    [{ groupWindows: [group({ opensAt: '2026-05-01T05:00:00Z' })] }, ['/groupWindows/0 OUTSIDE_STAGE']],
    [{ groupWindows: [group({ step: 'SIGN' })] }, ['/groupWindows/0 OUTSIDE_STAGE']],
  ])('follow each other: %j', (changed, expected) => {
    expect(faults(() => assertInOrder({ ...windows, ...changed }))).toEqual(expected);
  });

  it.each<[string, Partial<StageWindows>, string[]]>([
    ['may be closed early', { applyUntil: at('2026-06-10T12:00:00Z') }, []],
    ['may be prolonged', { applyUntil: at('2026-08-06T20:00:00Z') }, []],
    ['may not move into the past', { applyUntil: at('2026-06-09T12:00:00Z') }, ['/applyUntil WINDOW_IN_PAST']],
    ['stay when they have passed', { applyFrom: at('2026-06-11T00:00:00Z') }, ['/applyFrom WINDOW_PASSED']],
  ])('%s', (_, changed, expected) => {
    expect(faults(() => assertMayMove(windows, { ...windows, ...changed }, at('2026-06-10T12:00:00Z')))).toEqual(
      expected,
    );
  });
});
