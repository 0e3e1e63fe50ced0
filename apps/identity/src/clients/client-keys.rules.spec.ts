import { describe, expect, it } from '@jest/globals';
import { assertReach, isNarrowed } from './client-keys.rules.js';
import { grantedScopes, platformScopes } from './scopes.rules.js';

describe('whether a change closes earlier tokens', () => {
  // Small letters are institutions, capitals municipalities.
  const reach = (scopes: string, of: string): Parameters<typeof isNarrowed>[0] => ({
    scopes: [...scopes],
    national: of === '*',
    institutions: [...of].filter((each) => /[a-z]/.test(each)),
    municipalities: [...of].filter((each) => /[A-Z]/.test(each)),
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
    ['a', 'X', 'a', 'XY', false],
    ['a', 'XY', 'a', 'X', true],
    ['a', 'X', 'a', 'x', true],
    ['a', 'x', 'a', 'X', true],
    ['a', '*', 'a', 'X', true],
    ['a', 'X', 'a', '*', false],
  ])('scopes %s for %s → %s for %s: %s', (scopes, of, nextScopes, nextOf, narrowed) => {
    expect(isNarrowed(reach(scopes, of), reach(nextScopes, nextOf))).toBe(narrowed);
  });
});

describe('whom a client acts for', () => {
  const reach = { scopes: ['registers.learners:read'], national: false, institutions: [], municipalities: [] };
  it.each([
    ['nobody', {}],
    ['the country and an institution', { national: true, institutions: ['i'] }],
    ['the country and a municipality', { national: true, municipalities: ['LT-16'] }],
    ['an institution and a municipality', { institutions: ['i'], municipalities: ['LT-16'] }],
  ])('is not %s', (_, named) => {
    expect(() => assertReach({ ...reach, ...named })).toThrow(expect.objectContaining({ code: 'reach' }));
  });
  it.each([{ national: true }, { institutions: ['i', 'j'] }, { municipalities: ['LT-16', 'LT-57'] }])(
    'is %j',
    (named) => {
      expect(() => assertReach({ ...reach, ...named })).not.toThrow();
    },
  );

  it.each(platformScopes.map((scope) => [scope]))(
    'R-REG-18, R-REG-07: a municipality reads and enters institutions: %s',
    (scope) => {
      const assert = () => assertReach({ ...reach, municipalities: ['LT-16'], scopes: [scope] });
      if (scope.endsWith(':read') || scope === 'registers.institutions:write') expect(assert).not.toThrow();
      else expect(assert).toThrow(expect.objectContaining({ code: 'municipality-reads' }));
    },
  );
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
