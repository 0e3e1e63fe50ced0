import { describe, expect, it } from '@jest/globals';
import { differencesOf } from './snapshot.rules.js';
import type { Figure } from './snapshot.rules.js';

const figure = (institutionId: string, value: number): Figure => ({
  ...{ register: 'STAFF_POSTS', institutionId, institutionType: null, municipalityCode: null, programmeCode: null },
  ...{ fieldCode: null, sex: null, ageGroup: null, position: 'Teacher', value },
});

describe('the difference report of a closed snapshot (registers.md, section 8)', () => {
  it.each([
    ['nothing changed', [figure('a', 2)], [figure('a', 2)], []],
    ['a figure is another one', [figure('a', 2)], [figure('a', 3)], [['a', 2, 3]]],
    ['a cell is empty now', [figure('a', 2), figure('b', 1)], [figure('b', 1)], [['a', 2, 0]]],
    ['a cell is new', [figure('a', 2)], [figure('b', 1), figure('a', 2)], [['b', 0, 1]]],
  ])('%s', (_, frozen, now, expected) => {
    const found = differencesOf(frozen, now).map((each) => [each.institutionId, each.frozen, each.now]);
    expect(found).toEqual(expected);
  });
});
