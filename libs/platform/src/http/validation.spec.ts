import { describe, expect, it } from '@jest/globals';
import { shownName, withoutNulls } from './validation.js';

describe('a body with null for a field', () => {
  it.each<[string, unknown, unknown]>([
    ['is taken as without it', { name: 'bench', code: null }, { name: 'bench' }],
    ['in a nested object too', { place: { lat: 1, lon: null } }, { place: { lat: 1 } }],
    ['in the objects of an array too', { parts: [{ a: null, b: 0 }] }, { parts: [{ b: 0 }] }],
    ['keeps a null that is an element, for the validators to refuse', { names: ['a', null] }, { names: ['a', null] }],
    ['keeps what is false, 0 or empty', { a: false, b: 0, c: '' }, { a: false, b: 0, c: '' }],
  ])('%s', (_, body, expected) => {
    expect(withoutNulls(body)).toEqual(expected);
  });
});

describe('a property that is not known', () => {
  it.each([
    ['colour', 'colour'],
    ['wgs84', 'wgs84'],
    ['50905149902', '…'],
    ['a50905149902', '…'],
    ['Vardas Pavardė', '…'],
    ['jonas@example.org', '…'],
    ['', '…'],
    ['x'.repeat(41), '…'],
  ])('%j is shown as %j', (name, shown) => {
    expect(shownName(name)).toBe(shown);
  });
});
