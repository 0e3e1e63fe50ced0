import { describe, expect, it } from '@jest/globals';
import { enrolmentStates } from '@meistras/contracts/events/learning-records/enrolment';
import { assertCanBecome, assertEndDay, stateOnEnrolling } from './enrolment.rules.js';

describe('an enrolment', () => {
  const allowed = new Set([
    'PLANNED ACTIVE',
    'PLANNED CANCELLED',
    'ACTIVE COMPLETED',
    'ACTIVE TERMINATED',
    'ACTIVE CANCELLED',
  ]);
  const pairs = enrolmentStates.flatMap((from) => enrolmentStates.map((to) => [from, to] as const));

  it.each(pairs)('from %s to %s', (from, to) => {
    const move = (): void => assertCanBecome(from, to);
    if (allowed.has(`${from} ${to}`)) expect(move).not.toThrow();
    else expect(move).toThrow(`An enrolment that is ${from} cannot become ${to}.`);
  });

  it.each([
    ['2026-09-01', '2026-08-31', 'PLANNED'],
    ['2026-09-01', '2026-09-01', 'ACTIVE'],
    ['2026-09-01', '2026-09-02', 'ACTIVE'],
  ])('that starts on %s is, on %s, %s (R-LR-02)', (startsOn, today, state) => {
    expect(stateOnEnrolling(startsOn, today)).toBe(state);
  });

  it.each([
    ['2026-08-31', false],
    ['2026-09-01', true],
    ['2026-11-21', true],
    ['2026-11-22', false],
  ])('started on 2026-09-01 may on 2026-11-21 end on %s: %s', (endedOn, may) => {
    const end = (): void => assertEndDay(endedOn, '2026-09-01', '2026-11-21');
    if (may) expect(end).not.toThrow();
    else expect(end).toThrow('between 2026-09-01 and today');
  });
});
