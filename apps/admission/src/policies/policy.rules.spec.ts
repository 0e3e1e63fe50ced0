import { describe, expect, it } from '@jest/globals';
import { assertStatable, policyCodes } from './policy.rules.js';

const faultsOf = (code: string, value: unknown, validFrom = '2027-01-01'): string[] => {
  try {
    assertStatable({ code, value, validFrom }, '2026-11-28');
    return [];
  } catch (error) {
    return (error as { faults: { pointer: string; code: string }[] }).faults.map(
      ({ pointer, code: fault }) => `${pointer} ${fault}`,
    );
  }
};
const limits = { WINTER: 2, SUMMER: 4, ADDITIONAL: 2, FREE_PLACES: 2 };

describe('a parameter', () => {
  it.each<[string, unknown, string[]]>([
    ['adm.limit', limits, []],
    ['adm.limit', { ...limits, SUMMER: 0 }, ['/value VALUE']],
    ['adm.limit', { SUMMER: 4 }, ['/value VALUE']],
    ['adm.limit', { ...limits, SPRING: 1 }, ['/value VALUE']],
    ['adm.limit', [1], ['/value VALUE']],
    ['adm.sign.extension', {}, []],
    ['adm.sign.extension', { ADDITIONAL: { over: 300, days: 1 } }, []],
    ['adm.sign.extension', { ADDITIONAL: { over: 300 } }, ['/value VALUE']],
    ['adm.vf.ruleset', 'ART37_2020', []],
    ['adm.vf.ruleset', 'ART38', ['/value VALUE']],
    ['adm.module.grades', [9, 10], []],
    ['adm.module.grades', [9, 9], ['/value VALUE']],
    ['adm.score.secondaryWeight', 50, []],
    ['adm.score.secondaryWeight', 0.5, ['/value VALUE']],
    ['adm.suitability.binding', 'yes', ['/value VALUE']],
    ['adm.unheard.of', 1, ['/code UNKNOWN_CODE']],
    ['toString', 1, ['/code UNKNOWN_CODE']],
  ])('%s may be %j: %j', (code, value, faults) => {
    expect(faultsOf(code, value)).toEqual(faults);
  });

  it.each([
    ['2026-11-29', []],
    ['2026-11-28', ['/validFrom IN_FORCE']],
    ['2020-01-01', ['/validFrom IN_FORCE']],
  ])('is stated from %s, today being 2026-11-28: %j', (validFrom, faults) => {
    expect(faultsOf('adm.limit', limits, validFrom)).toEqual(faults);
  });

  it('is refused with all of its faults', () => {
    expect(faultsOf('adm.age.minimum', -1, '2026-11-28')).toEqual(['/value VALUE', '/validFrom IN_FORCE']);
  });

  it('has a form, whichever it is', () => {
    for (const code of policyCodes) expect(faultsOf(code, null)).toEqual(['/value VALUE']);
  });
});
