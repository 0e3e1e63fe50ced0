import { describe, expect, it } from '@jest/globals';
import { massLookupsIn } from './mass-lookup.rules.js';
import type { Sighting } from './mass-lookup.rules.js';

const begin = Date.UTC(2026, 8, 1, 8);
const at = (second: number): Date => new Date(begin + second * 1_000);
/** `a@0 b@60`: learner a read at second 0, b at second 60. */
const sightings = (text: string): Sighting[] =>
  text
    .split(' ')
    .filter((each) => each !== '')
    .map((each) => ({ learnerId: each.split('@')[0]!, at: at(Number(each.split('@')[1])) }));

describe('a mass look-up: more than 2 different learners in 10 minutes', () => {
  it.each<[string, string, [number, number, number][]]>([
    ['nothing was read', '', []],
    ['as many as the limit', 'a@0 b@1', []],
    ['one more', 'a@0 b@1 c@2', [[3, 0, 2]]],
    ['the same learners again and again', 'a@0 b@1 a@2 b@3 a@4', []],
    ['a window that ended just before', 'a@0 b@1 c@600', []],
    ['the last instant of a window', 'a@0 b@1 c@599', [[3, 0, 599]]],
    ['a window that slides', 'a@0 b@300 c@601 d@700', [[3, 300, 700]]],
    ['a learner who is forgotten and read again', 'a@0 b@500 a@601 c@700', [[3, 500, 700]]],
    ['one alarm for a window, however much is read', 'a@0 b@1 c@2 d@3 e@599', [[5, 0, 599]]],
    [
      'the next window anew',
      'a@0 b@1 c@2 d@600 e@601 f@602 g@1300',
      [
        [3, 0, 2],
        [3, 600, 602],
      ],
    ],
    ['the rest of an alarm’s window is not counted again', 'a@0 b@1 c@2 d@590 e@601 f@602', [[4, 0, 590]]],
  ])('%s', (_, text, expected) => {
    const found = massLookupsIn(sightings(text), { limit: 2, windowMinutes: 10 });
    expect(found).toEqual(
      expected.map(([learners, first, last]) => ({ learners, firstAt: at(first), lastAt: at(last) })),
    );
  });

  it('agrees with a count of every window', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round += 1) {
      const limit = random(6);
      const reads = Array.from({ length: random(30) }, () => ({
        learnerId: String(random(12)),
        at: at(random(1_800)),
      }));
      reads.sort((a, b) => a.at.getTime() - b.at.getTime());
      const exceeds = reads.some(({ at: from }) => {
        const inside = reads.filter((each) => each.at >= from && each.at.getTime() < from.getTime() + 600_000);
        return new Set(inside.map(({ learnerId }) => learnerId)).size > limit;
      });
      const found = massLookupsIn(reads, { limit, windowMinutes: 10 });
      expect(found.length > 0).toBe(exceeds);
      found.forEach((each, i) => {
        expect(each.learners).toBeGreaterThan(limit);
        const before = found[i - 1];
        if (before) expect(each.firstAt.getTime()).toBeGreaterThanOrEqual(before.firstAt.getTime() + 600_000);
      });
    }
  });
});
