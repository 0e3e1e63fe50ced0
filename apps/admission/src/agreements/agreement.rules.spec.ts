import { describe, expect, it } from '@jest/globals';
import { assertMayTerminate, plannedEndOf } from './agreement.rules.js';

describe('the planned end (60 credits a year)', () => {
  it.each([
    ['2026-09-01', 60, '2027-08-31'],
    ['2026-09-01', 110, '2028-06-30'],
    ['2026-09-01', 90, '2028-02-29'],
    ['2026-09-01', 1, '2026-09-30'],
    ['2026-02-23', 45, '2026-11-22'],
    ['2026-08-31', 30, '2027-02-27'],
    ['2023-08-31', 30, '2024-02-28'],
  ])('from %s, %d credits: until %s', (startsOn, credits, end) => {
    expect(plannedEndOf(startsOn, credits, 60)).toBe(end);
  });
});

describe('termination before teaching starts (R-ADM-34)', () => {
  it.each([
    ['2026-08-31', 'SIGNED', 'ok'],
    ['2026-09-01', 'SIGNED', 'teaching-started'],
    ['2026-08-11', 'SIGNED', 'invalid-termination'],
    ['2026-08-12', 'SIGNED', 'ok'],
    ['2026-08-31', 'TERMINATED', 'agreement-terminated'],
  ] as const)('on %s while %s: %s', (terminatedOn, state, code) => {
    let refused = 'ok';
    try {
      assertMayTerminate({ state, startsOn: '2026-09-01' }, terminatedOn, {
        signedOn: '2026-08-12',
        today: '2026-08-31',
      });
    } catch (error) {
      refused = (error as { code: string }).code;
    }
    expect(refused).toBe(code);
  });

  it('is not announced for the future', () => {
    const days = { signedOn: '2026-08-12', today: '2026-08-20' };
    expect(() => assertMayTerminate({ state: 'SIGNED', startsOn: '2026-09-01' }, '2026-08-21', days)).toThrow(
      'Today is',
    );
  });
});
