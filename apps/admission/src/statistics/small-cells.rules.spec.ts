import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { withoutSmallCells } from './small-cells.rules.js';

const cell = (applicants: number) => ({ applicants, invited: 0, agreements: 0 });
const shownOf = (counts: number[], smallest = 5) =>
  withoutSmallCells(counts.map(cell), smallest).map(({ applicants }) => applicants);

describe('small cells', () => {
  it.each([
    [
      [10, 20],
      [10, 20],
    ],
    [
      [3, 4, 20],
      [null, null, 20],
    ],
    [
      [3, 20, 9],
      [null, 20, null],
    ], // one alone could be subtracted
    [[4], [null]],
    [
      [0, 5],
      [0, 5],
    ], // nobody is nobody's secret
  ])('%j shows as %j', (counts, shown) => {
    expect(shownOf(counts)).toEqual(shown);
  });

  it('never leave one hidden figure alone with others of persons, nor show a small one', () => {
    const counts = fc.array(fc.nat({ max: 30 }), { maxLength: 12 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 10 }), (list, smallest) => {
        const shown = shownOf(list, smallest);
        const hidden = shown.filter((value) => value === null).length;
        const ofPersons = list.filter((value) => value > 0).length;
        return (
          shown.every((value, i) => value === null || (value === list[i] && (value === 0 || value >= smallest))) &&
          (hidden !== 1 || ofPersons === 1)
        );
      }),
    );
  });
});
