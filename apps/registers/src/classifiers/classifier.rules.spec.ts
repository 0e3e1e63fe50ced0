import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countyOf, itemFaults, itemOn, placeFaults } from './classifier.rules.js';
import type { ItemLookup, JudgedItem, VersionedItem } from './classifier.rules.js';

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

describe('a code on the day of a fact (R-REG-25, section 8)', () => {
  const versions: VersionedItem[] = [
    { item: { ...open, validTo: '2020-01-01', replacedBy: 'X2' }, validFrom: null, validTo: '2024-02-15' },
    { item: { ...open, validFrom: '2025-01-01' }, validFrom: '2024-02-15', validTo: '2026-01-01' },
  ];
  it.each<[string, string[]]>([
    ['2019-12-31', []],
    ['2020-01-01', ['X1 ended on 2020-01-01. Use X2.']],
    ['2024-06-01', ['X1 ended on 2020-01-01. Use X2.']],
    ['2025-01-01', []],
    ['2025-12-31', []],
    ['2026-01-01', ['X1 ended on 2026-01-01.']],
  ])('on %s', (on, messages) => {
    expect(itemFaults(itemOn(versions, on), 'X1', '/x', on).map(({ message }) => message)).toEqual(messages);
  });

  it('is not in the classifier before its first version', () => {
    const later = [{ item: open, validFrom: '2024-02-15', validTo: null }];
    expect(itemFaults(itemOn(later, '2024-02-14'), 'X1', '/x', '2024-02-14')).toMatchObject([{ code: 'UNKNOWN_CODE' }]);
  });

  it('is judged as by one who walks through the days', () => {
    const days = [...Array(12).keys()].map((at) => `2026-01-${String(at + 1).padStart(2, '0')}`);
    const period = fc.tuple(fc.nat(11), fc.nat(11)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const at = (index: number): string => days[index] ?? '';
    fc.assert(
      fc.property(fc.array(fc.nat(11), { minLength: 1, maxLength: 4 }), period, fc.nat(11), (cuts, own, on) => {
        // Versions one after the other; the item has the same days of its own in all of them.
        const starts = [...new Set(cuts)].sort((a, b) => a - b);
        const told = starts.map((start, i): VersionedItem => {
          const end = starts[i + 1];
          const item = { ...open, validFrom: at(own[0]), validTo: at(own[1]) };
          return { item, validFrom: at(start), validTo: end === undefined ? null : at(end) };
        });
        const holds = (day: number): boolean => day >= (starts[0] ?? 0) && day >= own[0] && day < own[1];
        const [fault] = itemFaults(itemOn(told, at(on)), 'X1', '/x', at(on));
        const wasThere = days.some((_, day) => day <= on && holds(day));
        if (holds(on)) expect(fault).toBeUndefined();
        else if (wasThere) expect(fault?.code).toBe('ENDED_CODE');
        else expect(fault).toBeDefined();
      }),
    );
  });
});
