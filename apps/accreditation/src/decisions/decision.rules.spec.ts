import { describe, expect, it } from '@jest/globals';
import { differences, periodFaults, revocationFaults } from './decision.rules.js';

const codes = (faults: { pointer: string; code: string }[]): string[] =>
  faults.map(({ pointer, code }) => `${pointer} ${code}`);

describe('the period of a right', () => {
  it.each([
    ['2026-09-01', undefined, []],
    ['2026-09-01', '2026-09-02', []],
    ['2026-09-01', '2026-09-01', ['/validTo ENDS_BEFORE_START']],
    ['2026-09-01', '2026-08-31', ['/validTo ENDS_BEFORE_START']],
  ])('from %s to %s has the faults %j', (validFrom, validTo, faults) => {
    expect(codes(periodFaults({ validFrom, validTo }))).toEqual(faults);
  });
});

describe('a revocation (R-ACC-04)', () => {
  it.each([
    ['2026-08-31', ['/effectiveOn OUTSIDE_PERIOD']],
    ['2026-09-01', []],
    ['2031-08-31', []],
    ['2031-09-01', ['/effectiveOn OUTSIDE_PERIOD']],
  ])('effective on %s has the faults %j', (effectiveOn, faults) => {
    expect(codes(revocationFaults({ validFrom: '2026-09-01', validTo: '2031-09-01' }, effectiveOn))).toEqual(faults);
  });

  it('may end an open-ended right on any later day', () => {
    expect(revocationFaults({ validFrom: '2026-09-01', validTo: null }, '2099-01-01')).toEqual([]);
  });
});

describe('a row against the decision of its act', () => {
  const decision = { actOn: '2026-08-20', documentHash: 'a', validFrom: '2026-09-01', validTo: null };
  it.each([
    [{}, []],
    [{ validTo: undefined }, []],
    [{ validTo: '2031-09-01' }, ['/validTo']],
    [{ actOn: '2026-08-21', documentHash: 'b' }, ['/actOn', '/documentHash']],
    [{ validFrom: '2026-10-01' }, ['/validFrom']],
  ])('that says %j differs in %j', (facts, pointers) => {
    expect(differences(decision, { ...decision, ...facts }).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
