import { describe, expect, it } from '@jest/globals';
import { isNarrowed } from './client-keys.rules.js';
import { grantedScopes, platformScopes } from './scopes.rules.js';

describe('whether a change closes earlier tokens', () => {
  const reach = (scopes: string, institutions: string): Parameters<typeof isNarrowed>[0] => ({
    scopes: [...scopes],
    national: institutions === '*',
    institutions: institutions === '*' ? [] : [...institutions],
  });
  it.each([
    ['ab', 'x', 'ab', 'x', false],
    ['ab', 'x', 'ba', 'x', false],
    ['ab', 'x', 'abc', 'xy', false],
    ['ab', 'x', 'a', 'x', true],
    ['ab', 'x', 'ac', 'xy', true],
    ['a', 'xy', 'a', 'x', true],
    ['a', 'x', 'a', 'y', true],
    ['a', '*', 'a', 'x', true],
    ['a', 'x', 'a', '*', false],
    ['a', '*', 'a', '*', false],
    ['ab', 'x', 'a', '*', true],
  ])('scopes %s for %s → %s for %s: %s', (scopes, of, nextScopes, nextOf, narrowed) => {
    expect(isNarrowed(reach(scopes, of), reach(nextScopes, nextOf))).toBe(narrowed);
  });
});

describe('scopes', () => {
  it('are each named once, as service, resource and verb', () => {
    expect(new Set(platformScopes).size).toBe(platformScopes.length);
    for (const scope of platformScopes) expect(scope).toMatch(/^[a-z-]+\.[a-z-]+:(read|write|decide)$/);
  });

  it.each([
    [['a', 'b'], [], ['a', 'b']],
    [['a', 'b'], ['b', 'c'], ['b']],
    [['a', 'b'], ['c'], []],
    [
      ['a', 'b'],
      ['b', 'a', 'b'],
      ['a', 'b'],
    ],
  ])('of a client with %j that asks for %j are %j', (has, asked, granted) => {
    expect(grantedScopes(has, asked)).toEqual(granted);
  });
});
