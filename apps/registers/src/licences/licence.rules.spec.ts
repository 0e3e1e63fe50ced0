import { describe, expect, it } from '@jest/globals';
import { licenceOf, statesOf } from './licence.rules.js';
import type { DecidedRight, LicensedProgramme } from './licence.rules.js';

const from = '2026-09-01';
const said = (right: Omit<DecidedRight, 'validFrom'>): string[] =>
  statesOf({ ...right, validFrom: from }).map(({ state, validFrom, validTo }) => `${state} ${validFrom} ${validTo}`);

describe('R-REG-14: the states of a right', () => {
  it.each<[string, Omit<DecidedRight, 'validFrom'>, string[]]>([
    ['granted without an end', { state: 'GRANTED' }, ['ISSUED 2026-09-01 null']],
    ['granted until a day', { state: 'GRANTED', validTo: '2031-09-01' }, ['ISSUED 2026-09-01 2031-09-01']],
    [
      'suspended',
      { state: 'SUSPENDED', suspensions: ['2027-01-01/..'] },
      ['ISSUED 2026-09-01 2027-01-01', 'SUSPENDED 2027-01-01 null'],
    ],
    [
      'suspended from its first day',
      { state: 'SUSPENDED', suspensions: ['2026-08-01/..'], validTo: '2031-09-01' },
      ['SUSPENDED 2026-09-01 2031-09-01'],
    ],
    [
      'reinstated, and suspended again',
      { state: 'SUSPENDED', suspensions: ['2027-01-01/2027-03-01', '2027-03-01/2027-04-01'] },
      [
        'ISSUED 2026-09-01 2027-01-01',
        'SUSPENDED 2027-01-01 2027-03-01',
        'SUSPENDED 2027-03-01 2027-04-01',
        'ISSUED 2027-04-01 null',
      ],
    ],
    [
      'revoked while suspended',
      { state: 'REVOKED', validTo: '2027-02-01', suspensions: ['2027-01-01/..'] },
      ['ISSUED 2026-09-01 2027-01-01', 'SUSPENDED 2027-01-01 2027-02-01', 'REVOKED 2027-02-01 null'],
    ],
    [
      'revoked before a suspension began',
      { state: 'REVOKED', validTo: '2027-01-01', suspensions: ['2027-01-01/..'] },
      ['ISSUED 2026-09-01 2027-01-01', 'REVOKED 2027-01-01 null'],
    ],
    ['revoked on its first day', { state: 'REVOKED', validTo: from }, ['REVOKED 2026-09-01 null']],
  ])('%s', (_, right, states) => {
    expect(said(right)).toEqual(states);
  });
});

describe('R-REG-14: a suspension names programmes and leaves the rest', () => {
  const [issued, suspended, revoked]: LicensedProgramme[] = [
    { programmeId: 'A', state: 'ISSUED' },
    { programmeId: 'B', state: 'SUSPENDED' },
    { programmeId: 'C', state: 'REVOKED' },
  ];
  it.each<[LicensedProgramme[], string, string[]]>([
    [[issued!], 'ISSUED', []],
    [[issued!, revoked!], 'ISSUED', []],
    [[issued!, suspended!, revoked!], 'SUSPENDED', ['B']],
    [[suspended!], 'SUSPENDED', ['B']],
    [[revoked!], 'REVOKED', []],
  ])('%j is %s', (programmes, state, suspensionScope) => {
    expect(licenceOf(programmes)).toEqual({ state, suspensionScope });
  });
});
