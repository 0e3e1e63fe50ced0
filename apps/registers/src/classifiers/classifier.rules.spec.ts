import { describe, expect, it } from '@jest/globals';
import { countyOf, itemFaults, placeFaults } from './classifier.rules.js';
import type { ItemLookup, JudgedItem } from './classifier.rules.js';

const open: JudgedItem = { parentCode: null, validFrom: null, validTo: null, replacedBy: null };
const items: Record<string, JudgedItem> = {
  'KL_COUNTY LT-KU': open,
  'KL_COUNTY LT-VL': open,
  'KL_MUNICIPALITY LT-16': { ...open, parentCode: 'LT-KU' },
};
const look: ItemLookup = (classifier, code) => items[`${classifier} ${code}`];
const day = '2026-09-01';

describe('a place', () => {
  it.each([
    [{}, [], undefined],
    [{ countyCode: 'LT-KU' }, [], 'LT-KU'],
    [{ countyCode: 'LT-XX' }, ['/countyCode UNKNOWN_CODE'], 'LT-XX'],
    [{ municipalityCode: 'LT-16' }, [], 'LT-KU'],
    [{ countyCode: 'LT-KU', municipalityCode: 'LT-16' }, [], 'LT-KU'],
    [{ countyCode: 'LT-VL', municipalityCode: 'LT-16' }, ['/countyCode COUNTY_MISMATCH'], 'LT-VL'],
    [{ municipalityCode: 'LT-KU' }, ['/municipalityCode UNKNOWN_CODE'], undefined],
    [{ countyCode: 'FR-75' }, [], 'FR-75'],
    [{ countyCode: 'FR-75', municipalityCode: 'LT-16' }, ['/countyCode COUNTY_MISMATCH'], 'FR-75'],
    [{ countyCode: 'LT-KU', municipalityCode: 'FR-1' }, ['/countyCode COUNTY_MISMATCH'], 'LT-KU'],
    [{ municipalityCode: 'FR-1' }, [], undefined],
  ])('%j has the faults %j and lies in %s', (place, faults, county) => {
    expect(placeFaults(place, look, day).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(faults);
    expect(countyOf(place, look)).toBe(county);
  });
});

describe('an item (R-REG-25)', () => {
  it.each<[string, Partial<JudgedItem>, string[]]>([
    ['without a period', {}, []],
    ['from today', { validFrom: day }, []],
    ['from tomorrow', { validFrom: '2026-09-02' }, ['X1 is not in the classifier.']],
    ['until tomorrow', { validTo: '2026-09-02' }, []],
    ['until today', { validTo: day }, ['X1 ended on 2026-09-01.']],
    ['with a successor', { validTo: day, replacedBy: 'X2' }, ['X1 ended on 2026-09-01. Use X2.']],
  ])('%s', (_, period, messages) => {
    expect(itemFaults({ ...open, ...period }, 'X1', '/x', day).map(({ message }) => message)).toEqual(messages);
  });
});
