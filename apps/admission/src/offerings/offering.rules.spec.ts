import { describe, expect, it } from '@jest/globals';
import { covers, isPoolCode, moduleFaults, poolCodeOf } from './offering.rules.js';

describe('the right to offer on the first teaching day (R-REG-15)', () => {
  it.each([
    ['GRANTED', '2026-01-01', null, true],
    ['GRANTED', '2026-09-01', null, true],
    ['GRANTED', '2026-09-02', null, false],
    ['GRANTED', '2026-01-01', '2026-09-01', false],
    ['GRANTED', '2026-01-01', '2026-09-02', true],
    ['REVOKED', '2026-01-01', '2026-09-01', false],
    ['REVOKED', '2026-01-01', '2026-12-01', true],
    ['REVOKED', '2026-01-01', null, false],
  ] as const)('%s from %s to %s covers 2026-09-01: %s', (state, validFrom, validTo, covered) => {
    expect(covers({ state, validFrom, validTo }, '2026-09-01')).toBe(covered);
  });
});

describe('the funded pool of an offering (R-ADM-27)', () => {
  it.each([
    ['0713', 2, false, '07'],
    ['07', 2, false, '07'],
    ['1013', 3, false, '101'],
    ['0713', 2, true, 'M07'],
  ])('%s by %d digits, a module %s: %s', (fieldCode, digits, isModule, code) => {
    expect(poolCodeOf(fieldCode, digits, isModule)).toBe(code);
  });

  it.each([
    ['07', 2, true],
    ['M07', 2, true],
    ['071', 2, false],
    ['MM7', 2, false],
    ['M0', 2, false],
    ['ab', 2, false],
  ])('%s is one of %d digits: %s', (code, digits, is) => {
    expect(isPoolCode(code, digits)).toBe(is);
  });
});

describe('a single module (R-ADM-04)', () => {
  it.each([
    [{}, []],
    [{ awards: 'QUALIFICATION' }, []],
    [{ awards: 'COMPETENCE', moduleCredits: 5 }, ['/moduleCredits NO_MODULE', '/awards NO_MODULE']],
    [{ moduleCode: 'M1', moduleCredits: 5 }, []],
    [{ moduleCode: 'M1', moduleCredits: 5, awards: 'COMPETENCE' }, []],
    [{ moduleCode: 'M1', awards: 'QUALIFICATION' }, ['/moduleCredits CREDITS_MISSING', '/awards MODULE']],
  ] as const)('%j: %j', (facts, faults) => {
    expect(moduleFaults(facts).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  });
});
