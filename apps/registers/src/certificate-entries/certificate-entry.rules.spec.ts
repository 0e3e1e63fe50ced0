import { describe, expect, it } from '@jest/globals';
import { statesOf } from './certificate-entry.rules.js';
import type { Issued } from './certificate-entry.rules.js';

const issued: Issued = { issuedOn: '2026-06-20', programmeCode: 'P43061301', state: 'ISSUED' };
const said = (facts: Partial<Issued>, admissionCode: string | undefined, saidOn = '2026-09-01'): string[] =>
  statesOf({ ...issued, ...facts }, { saidOn, admissionCode }).map(
    ({ state, validFrom, validTo }) => `${state} ${validFrom} ${validTo}`,
  );

describe('the states of a certificate’s entry (registers.md, section 4)', () => {
  it.each<[string, Partial<Issued>, string[]]>([
    ['issued', {}, ['REGISTERED 2026-06-20 null']],
    ['revoked', { state: 'REVOKED' }, ['REGISTERED 2026-06-20 2026-09-01', 'ANNULLED 2026-09-01 null']],
    [
      'corrected',
      { state: 'REPLACED', replacement: 'CORRECTION' },
      ['REGISTERED 2026-06-20 2026-09-01', 'CORRECTED 2026-09-01 null'],
    ],
    [
      'issued again',
      { state: 'REPLACED', replacement: 'DUPLICATE' },
      ['REGISTERED 2026-06-20 2026-09-01', 'DUPLICATED 2026-09-01 null'],
    ],
  ])('%s', (_, facts, states) => {
    expect(said(facts, 'P43061301')).toEqual(states);
    expect(said(facts, undefined)).toEqual(states);
  });

  it('is annulled from the beginning when that was said on the day of issue', () => {
    expect(said({ state: 'REVOKED' }, undefined, '2026-06-20')).toEqual(['ANNULLED 2026-06-20 null']);
  });

  it.each<[Partial<Issued>]>([[{}], [{ state: 'REVOKED' }], [{ state: 'REPLACED', replacement: 'CORRECTION' }]])(
    'R-REG-20: under another code than that of admission it is refused: %j',
    (facts) => {
      expect(said(facts, 'P42061301')).toEqual(['REFUSED 2026-06-20 null']);
    },
  );
});
