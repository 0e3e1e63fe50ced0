import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { alike, compare, jaroWinkler, swappedDay } from './match.rules.js';
import type { Compared, MatchGround } from './match.rules.js';

const policy = { threshold: 0.92, otherFamilyName: true };
const person = (facts: Partial<Compared> = {}): Compared => ({
  ...{ id: 'a', givenNameKey: 'ruta', familyNameKey: 'petraityte', birthOn: '2005-03-07', sex: 'F' },
  ...{ homeMunicipalityCode: 'LT-16', coded: false },
  ...facts,
});

describe('whether two entries may be of one person', () => {
  it.each<[string, Partial<Compared>, MatchGround[]]>([
    ['with all the same', {}, []],
    ['with a letter replaced', { familyNameKey: 'petraitxte' }, ['SIMILAR_NAME']],
    ['with a letter missing', { familyNameKey: 'ptraityte' }, ['SIMILAR_NAME']],
    ['with a letter twice', { givenNameKey: 'rutta' }, ['SIMILAR_NAME']],
    ['with two letters in each other’s place', { familyNameKey: 'petriatyte' }, ['SIMILAR_NAME']],
    ['with the names in each other’s place', { givenNameKey: 'petraityte', familyNameKey: 'ruta' }, ['NAMES_SWAPPED']],
    ['with a second family name', { familyNameKey: 'petraityte-kazlauskiene' }, ['SIMILAR_NAME']],
    ['with another family name, as a woman', { familyNameKey: 'kazlauskiene' }, ['OTHER_FAMILY_NAME']],
    [
      'with another family name, written as the given name',
      { givenNameKey: 'kazlauskiene', familyNameKey: 'ruta' },
      ['OTHER_FAMILY_NAME'],
    ],
    [
      'with a second family name, written as the given name',
      { givenNameKey: 'petraityte-kazlauskiene', familyNameKey: 'ruta' },
      ['NAMES_SWAPPED', 'SIMILAR_NAME'],
    ],
    ['with day and month swapped', { birthOn: '2005-07-03' }, ['DAY_AND_MONTH_SWAPPED']],
    ['with a code on one side', { coded: true }, []],
  ])('%s: R-REG-29 opens a review', (_, facts, grounds) => {
    const match = compare(person(), person({ id: 'b', ...facts }), policy);
    expect(match?.grounds).toEqual(grounds);
    expect(match?.similarity).toBeGreaterThanOrEqual(0.92);
    expect(match?.similarity === 1).toBe(!grounds.includes('SIMILAR_NAME'));
  });

  it.each<[string, Partial<Compared>, Partial<Compared>]>([
    ['two codes', { coded: true }, { coded: true }],
    ['another sex', {}, { sex: 'M' }],
    ['another birth date', {}, { birthOn: '2005-03-08' }],
    ['another given name', {}, { givenNameKey: 'ona' }],
    ['another family name, as a man', { sex: 'M' }, { sex: 'M', familyNameKey: 'kazlauskas' }],
    ['another family name elsewhere', {}, { familyNameKey: 'kazlauskiene', homeMunicipalityCode: 'LT-57' }],
    [
      'another family name and no place',
      { homeMunicipalityCode: null },
      { familyNameKey: 'kaz', homeMunicipalityCode: null },
    ],
    ['a family name that only begins alike', {}, { familyNameKey: 'petrauskaite', homeMunicipalityCode: 'LT-57' }],
  ])('%s: they are two persons', (_, a, b) => {
    expect(compare(person(a), person({ id: 'b', ...b }), policy)).toBeUndefined();
  });

  it('does not think of other family names where the policy does not', () => {
    const other = person({ id: 'b', familyNameKey: 'kazlauskiene' });
    expect(compare(person(), other, { ...policy, otherFamilyName: false })).toBeUndefined();
  });

  it('is the same whoever is compared with whom', () => {
    const name = fc.constantFrom('ona', 'rita', 'ruta', 'petraite', 'petraityte', 'petraityte-ona', 'kazlauske');
    const some = fc.record({ givenNameKey: name, familyNameKey: name, coded: fc.boolean() });
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(compare(person(a), person(b), policy)).toEqual(compare(person(b), person(a), policy));
      }),
    );
  });
});

// The examples that Winkler's paper and its successors publish.
it.each([
  ['martha', 'marhta', 0.961],
  ['dwayne', 'duane', 0.84],
  ['dixon', 'dicksonx', 0.813],
  ['jones', 'johnson', 0.832],
  ['abroms', 'abrams', 0.922],
  ['a', 'b', 0],
])('%s and %s are alike by %d', (a, b, expected) => {
  expect(jaroWinkler(a, b)).toBeCloseTo(expected, 3);
});

it.each([
  ['2005-03-07', '2005-07-03'],
  ['2005-03-13', undefined],
  ['2005-03-03', undefined],
])('%s with day and month swapped is %s', (day, swapped) => {
  expect(swappedDay(day)).toBe(swapped);
});

it('holds a name to be like itself, and no name more than that', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,12}$/), fc.stringMatching(/^[a-z]{1,12}$/), (a, b) => {
      expect(alike(a, a)).toBe(1);
      expect(alike(a, b)).toBeLessThanOrEqual(1);
      expect(alike(a, b)).toBeGreaterThanOrEqual(0);
    }),
  );
});
