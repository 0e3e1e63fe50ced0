import { describe, expect, it } from '@jest/globals';
import { stageStates } from '@meistras/contracts/events/admission/stage';
import type { StageState } from '@meistras/contracts/events/admission/stage';
import { isInstant } from './instant.validator.js';
import {
  assertCanMove,
  assertInOrder,
  assertMayMove,
  assertTakesApplications,
  assertTakesQuotas,
  assertTakesSeats,
  assertTakesSignatures,
  dueByClock,
} from './stage.rules.js';

const windows = {
  applyFrom: new Date('2026-05-31T21:00:00Z'),
  applyUntil: new Date('2026-08-05T21:00:00Z'), // 24:00 in Vilnius
  signUntil: new Date('2026-08-17T14:00:00Z'),
};
const allowed = new Set([
  'PLANNED OPEN',
  'OPEN LOCKED',
  'LOCKED MATCHED',
  'MATCHED PUBLISHED',
  'MATCHED LOCKED',
  'PUBLISHED CLOSED',
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
    ['OPEN', '2026-08-05T21:00:00.000Z', 'LOCKED'],
    ['LOCKED', '2027-01-01T00:00:00.000Z', null],
    ['MATCHED', '2027-01-01T00:00:00.000Z', null],
    ['PUBLISHED', '2026-08-17T13:59:59.999Z', null],
    ['PUBLISHED', '2026-08-17T14:00:00.000Z', 'CLOSED'],
    ['CLOSED', '2027-01-01T00:00:00.000Z', null],
  ] as const)('%s at %s is due for %s (R-ADM-12)', (state, now, due) => {
    expect(dueByClock({ state, ...windows }, new Date(now))).toBe(due);
  });
});

describe('what a window takes', () => {
  it.each([
    ['applications', 'OPEN', '2026-05-31T20:59:59.999Z', 'window-closed'],
    ['applications', 'OPEN', '2026-05-31T21:00:00.000Z', 'ok'],
    ['applications', 'OPEN', '2026-08-05T20:59:59.999Z', 'ok'], // R-ADM-15
    ['applications', 'OPEN', '2026-08-05T21:00:00.000Z', 'window-closed'], // R-ADM-12
    ['applications', 'LOCKED', '2026-08-05T20:59:59.999Z', 'window-closed'],
    ['seats', 'PLANNED', '2026-05-31T20:59:59.999Z', 'ok'],
    ['seats', 'PLANNED', '2026-05-31T21:00:00.000Z', 'stage-opened'],
    ['seats', 'OPEN', '2026-06-01T00:00:00.000Z', 'stage-opened'],
    ['quotas', 'PLANNED', '2026-05-01T00:00:00.000Z', 'ok'],
    ['quotas', 'LOCKED', '2026-08-06T00:00:00.000Z', 'ok'],
    ['quotas', 'MATCHED', '2026-08-06T00:00:00.000Z', 'quota-frozen'],
    ['quotas', 'PUBLISHED', '2026-08-06T00:00:00.000Z', 'quota-frozen'],
    ['signatures', 'PUBLISHED', '2026-08-17T13:59:59.999Z', 'ok'],
    ['signatures', 'PUBLISHED', '2026-08-17T14:00:00.000Z', 'window-closed'], // R-ADM-29
    ['signatures', 'MATCHED', '2026-08-12T00:00:00.000Z', 'window-closed'],
  ] as const)('%s while %s at %s: %s', (what, state, now, code) => {
    const stage = { state, ...windows };
    const judge = {
      applications: () => assertTakesApplications(stage, new Date(now)),
      seats: () => assertTakesSeats(stage, new Date(now)),
      quotas: () => assertTakesQuotas(stage),
      signatures: () => assertTakesSignatures(stage, new Date(now)),
    };
    expect(codeOf(judge[what])).toBe(code);
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
  const at = (instant: string) => new Date(instant);

  it.each([
    [{}, []],
    [{ applyUntil: windows.applyFrom }, ['/applyUntil WINDOW_ORDER']],
    [{ signUntil: windows.applyUntil }, ['/signUntil WINDOW_ORDER']],
    [
      { applyUntil: at('2026-01-01T00:00:00Z'), signUntil: at('2025-01-01T00:00:00Z') },
      ['/applyUntil WINDOW_ORDER', '/signUntil WINDOW_ORDER'],
    ],
  ])('follow each other: %j', (changed, expected) => {
    expect(faults(() => assertInOrder({ ...windows, ...changed }))).toEqual(expected);
  });

  it.each([
    ['may be closed early', { applyUntil: at('2026-06-10T12:00:00Z') }, []],
    ['may be prolonged', { applyUntil: at('2026-08-07T21:00:00Z') }, []],
    ['may not move into the past', { applyUntil: at('2026-06-09T12:00:00Z') }, ['/applyUntil WINDOW_IN_PAST']],
    ['stay when they have passed', { applyFrom: at('2026-06-11T00:00:00Z') }, ['/applyFrom WINDOW_PASSED']],
  ])('%s', (_, changed, expected) => {
    expect(faults(() => assertMayMove(windows, { ...windows, ...changed }, at('2026-06-10T12:00:00Z')))).toEqual(
      expected,
    );
  });
});

describe('an instant', () => {
  it.each([
    ['2026-08-05T21:00:00Z', true],
    ['2026-08-05T21:00:00.250Z', true],
    ['2026-08-05T24:00:00Z', false],
    ['2026-02-30T00:00:00Z', false],
    ['2026-08-06T00:00:00+03:00', false],
    ['2026-08-05', false],
  ])('%s: %s', (text, real) => {
    expect(isInstant(text)).toBe(real);
  });
});
