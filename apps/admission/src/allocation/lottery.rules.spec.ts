import { describe, expect, it } from '@jest/globals';
import {
  Draw,
  draw,
  EqualLotteries,
  lotteryHash,
  seedCommitment,
  seedFits,
  seedWithPublicDraw,
} from './lottery.rules.js';

const SEED = 'meistras-example-seed-2026-SUMMER';

/** A draw of hashes that begin like this. */
const drawOf = (...beginnings: string[]): Draw =>
  new Draw(Buffer.from(beginnings.map((beginning) => beginning.padEnd(64, '0')).join(''), 'hex'));

describe('the lottery (F-ADM-3)', () => {
  it('commits to the published example seed', () => {
    expect(seedCommitment(SEED)).toMatch(/^5876753d55364961/);
    expect(seedFits(SEED, '5876753D55364961E8810B6D38E16AF52AA30D208CD282867F43457CC6126DFD')).toBe(true);
    expect(seedFits(`${SEED} `, seedCommitment(SEED))).toBe(false);
  });

  it.each([
    ['a4', '56b970f6f0638421'],
    ['a6', '836acbe0eed9fd17'],
  ])('draws %s as published', (applicationId, prefix) => {
    expect(lotteryHash(SEED, '2026-SUMMER', applicationId).slice(0, 16)).toBe(prefix);
  });

  it('puts the lower hash first', () => {
    const drawn = draw(SEED, '2026-SUMMER', ['a6', 'a4']);
    expect([...drawn.ranks]).toEqual([1, 0]);
    expect(drawn.hashOf(0)).toBe(lotteryHash(SEED, '2026-SUMMER', 'a4'));
  });

  it('compares the whole hash when the beginnings agree', () => {
    const beginning = 'abcdef012345';
    const drawn = drawOf(`${beginning}ff`, `${beginning}0a`, '00', `${beginning}0b`);
    expect([...drawn.ranks]).toEqual([3, 1, 0, 2]);
  });

  it('stops when two hashes are equal', () => {
    expect(() => drawOf('ab', 'cd', 'ab')).toThrow(EqualLotteries);
  });

  it('lets a public draw change every hash', () => {
    const seed = seedWithPublicDraw(SEED, '07-11-23');
    expect(lotteryHash(seed, '2026-SUMMER', 'a4')).not.toBe(lotteryHash(SEED, '2026-SUMMER', 'a4'));
  });
});
