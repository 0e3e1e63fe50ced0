import { describe, expect, it } from '@jest/globals';
import { attestationFaults, stateAfter } from './draft.rules.js';

describe('a draft', () => {
  it.each([
    ['DRAFT', 'CONFIRM', 'REGISTERED'],
    ['DRAFT', 'REJECT', 'REJECTED'],
    ['REGISTERED', 'CONFIRM', undefined],
    ['REGISTERED', 'REJECT', undefined],
    ['REJECTED', 'CONFIRM', undefined],
    ['REJECTED', 'REJECT', undefined],
  ] as const)('that is %s: %s makes it %s', (state, act, after) => {
    expect(stateAfter(state, act)).toBe(after);
  });
});

describe('R-REG-06: statutes in the legal-entities register that name education', () => {
  const hash = '0'.repeat(64);
  const attested = { pledgeHash: hash, dataCardHash: hash, statutesOn: '2026-01-10', statutesNameEducation: true };
  it.each([
    ['registered today', {}, []],
    ['registered before', { statutesOn: '1998-06-20' }, []],
    ['registered tomorrow', { statutesOn: '2026-01-11' }, ['/statutesOn']],
    ['without education', { statutesNameEducation: false }, ['/statutesNameEducation']],
    [
      'with neither',
      { statutesOn: '2026-01-11', statutesNameEducation: false },
      ['/statutesOn', '/statutesNameEducation'],
    ],
  ])('%s', (_, facts, pointers) => {
    expect(attestationFaults({ ...attested, ...facts }, '2026-01-10').map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
