import { describe, expect, it } from '@jest/globals';
import { isDue, retiredKeys, signingKey, signsFrom } from './signing-keys.rules.js';

const at = (minutes: number): Date => new Date(Date.UTC(2026, 8, 1, 0, minutes));
const key = (kid: string, created: number, signs = created): Parameters<typeof isDue>[0][number] => ({
  kid,
  createdAt: at(created),
  signsFrom: at(signs),
});
const day = 24 * 60;

describe('the turn of signing keys', () => {
  it.each([
    ['there is none', [], 0, true],
    ['the newest is young', [key('a', 0)], 29 * day, false],
    ['the newest is 30 days old', [key('a', 0)], 30 * day, true],
    ['a newer one is there already', [key('a', 0), key('b', 30 * day)], 31 * day, false],
  ])('makes a new key or not when %s', (_, keys, minutes, due) => {
    expect(isDue(keys, at(minutes), 30)).toBe(due);
  });

  it('lets the first key sign at once and the next ones five minutes after they are published', () => {
    expect(signsFrom([], at(0))).toEqual(at(0));
    expect(signsFrom([key('a', 0)], at(10))).toEqual(at(15));
  });

  it.each([
    [0, 'a'],
    [104, 'a'],
    [105, 'b'],
  ])('at minute %d signs with %s', (minutes, kid) => {
    expect(signingKey([key('b', 100, 105), key('a', 0)], at(minutes))?.kid).toBe(kid);
  });

  it.each([
    [105, []],
    [115, []],
    [116, ['a']],
  ])('at minute %d removes %j: ten minutes of token life and one of skew later', (minutes, kids) => {
    expect(retiredKeys([key('b', 100, 105), key('a', 0)], at(minutes), 600).map(({ kid }) => kid)).toEqual(kids);
  });
});
