import { describe, expect, it } from '@jest/globals';
import { differenceOf, draftFaults, endingFaults } from './classifier-version.rules.js';
import type { ItemFacts } from './classifier-version.rules.js';

const anItem = (code: string, facts: Partial<ItemFacts> = {}): ItemFacts => ({
  code,
  ordinal: 1,
  parentCode: null,
  nameLt: 'Pavadinimas',
  nameEn: 'Name',
  nameVi: null,
  descriptionLt: null,
  descriptionEn: null,
  descriptionVi: null,
  validFrom: null,
  validTo: null,
  replacedBy: null,
  ...facts,
});
const ended = { validTo: '2026-01-01' };

describe('items of a draft (R-REG-24, R-REG-25)', () => {
  it.each<[string, ItemFacts[], string[]]>([
    ['of one item', [anItem('A')], []],
    ['of one below the other, in any order', [anItem('B', { parentCode: 'A' }), anItem('A')], []],
    ['with a code twice', [anItem('A'), anItem('A')], ['/items/1/code CODE_TWICE']],
    ['without the parent', [anItem('A', { parentCode: 'X' })], ['/items/0/parentCode UNKNOWN_CODE']],
    [
      'in a circle of parents',
      [anItem('A', { parentCode: 'B' }), anItem('B', { parentCode: 'A' }), anItem('C', { parentCode: 'A' })],
      ['/items/0/parentCode CIRCLE', '/items/1/parentCode CIRCLE'],
    ],
    ['that end before they begin', [anItem('A', { ...ended, validFrom: '2026-01-01' })], ['/items/0/validTo PERIOD']],
    ['with a successor among them', [anItem('A', { ...ended, replacedBy: 'B' }), anItem('B')], []],
    ['with a successor of another version', [anItem('A', { ...ended, replacedBy: 'OLD' })], []],
    [
      'with a successor that is nowhere',
      [anItem('A', { ...ended, replacedBy: 'X' })],
      ['/items/0/replacedBy UNKNOWN_CODE'],
    ],
    [
      'with a successor but no end',
      [anItem('A', { replacedBy: 'B' }), anItem('B')],
      ['/items/0/replacedBy SUCCESSOR_WITHOUT_END'],
    ],
    [
      'that succeed each other',
      [anItem('A', { ...ended, replacedBy: 'B' }), anItem('B', { ...ended, replacedBy: 'A' })],
      ['/items/0/replacedBy CIRCLE', '/items/1/replacedBy CIRCLE'],
    ],
    ['that succeed themselves', [anItem('A', { ...ended, replacedBy: 'A' })], ['/items/0/replacedBy CIRCLE']],
  ])('%s', (_, items, faults) => {
    expect(draftFaults(items, new Set(['OLD'])).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  });
});

describe('the end of a published item (R-REG-25)', () => {
  const version = { validFrom: '2024-01-01', validTo: '2027-01-01' };
  const known = new Map([
    ['A', null],
    ['B', null],
    ['C', 'A'],
  ]);
  it.each<[string, string, string | null, string[]]>([
    ['within the version', '2026-01-01', null, []],
    ['on the version’s own end', '2027-01-01', 'B', []],
    ['on its first day', '2024-01-01', null, ['/validTo PERIOD']],
    ['after the version', '2027-01-02', null, ['/validTo PERIOD']],
    ['with an unknown successor', '2026-01-01', 'X', ['/replacedBy UNKNOWN_CODE']],
    ['with itself as successor', '2026-01-01', 'A', ['/replacedBy CIRCLE']],
    ['with one that it succeeds', '2026-01-01', 'C', ['/replacedBy CIRCLE']],
  ])('%s', (_, validTo, replacedBy, faults) => {
    const found = endingFaults(anItem('A'), version, { validTo, replacedBy }, known);
    expect(found.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
  });
});

describe('the difference of two versions', () => {
  it('names what was added, removed and changed, by code', () => {
    const before = [anItem('A'), anItem('B'), anItem('C', { ordinal: 3 })];
    const after = [anItem('D'), anItem('C', { ordinal: 1 }), anItem('B', { nameLt: 'Kitas', validTo: '2026-01-01' })];
    expect(differenceOf(before, after).map(({ kind, code, fields }) => [kind, code, fields])).toEqual([
      ['REMOVED', 'A', []],
      ['CHANGED', 'B', ['nameLt', 'validTo']],
      ['ADDED', 'D', []],
    ]);
  });
});
