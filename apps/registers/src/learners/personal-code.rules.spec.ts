import { describe, expect, it } from '@jest/globals';
import { judgePerson, searchKey } from './learner.rules.js';
import type { StatedPerson } from './learner.rules.js';
import { checkPersonalCode, readPersonalCode } from './personal-code.rules.js';

describe('personal code (R-REG-01, F-REG-1)', () => {
  it.each([
    ['50905149902', 'VALID'], // s1 = 244 → 2
    ['50905149983', 'VALID'], // s1 → 10, s2 = 190 → 3
    ['50905189920', 'VALID'], // both → 10, so 0
    ['33309240064', 'VALID'], // published test value
    ['50905149903', 'INVALID_CHECKSUM'],
    ['50902309904', 'INVALID_DATE'], // check digit right, 30 February
    ['50902309905', 'INVALID_DATE'], // check digit wrong as well
    ['5090514990', 'INVALID_FORMAT'],
    ['509051499020', 'INVALID_FORMAT'],
    ['5O905149902', 'INVALID_FORMAT'],
    ['00905149902', 'INVALID_FORMAT'],
    ['5090514 9902', 'INVALID_FORMAT'],
    ['509-05149902', 'INVALID_FORMAT'],
    ['', 'INVALID_FORMAT'],
    ['99999999997', 'VALID'], // G = 9: no date to check
    ['99999999990', 'INVALID_CHECKSUM'],
  ])('%s is %s', (code, check) => {
    expect(checkPersonalCode(code)).toBe(check);
  });

  it.each([
    ['19905149902', { birthOn: '1899-05-14', sex: 'M' }],
    ['20005149902', { birthOn: '1800-05-14', sex: 'F' }],
    ['33309240064', { birthOn: '1933-09-24', sex: 'M' }],
    ['49905149902', { birthOn: '1999-05-14', sex: 'F' }],
    ['50905149902', { birthOn: '2009-05-14', sex: 'M' }],
    ['60402299902', { birthOn: '2004-02-29', sex: 'F' }],
    ['70001019902', { birthOn: '2100-01-01', sex: 'M' }],
    ['81512319902', { birthOn: '2115-12-31', sex: 'F' }],
    ['50502299902', { sex: 'M' }],
    ['99999999997', {}],
  ])('%s reads %j', (code, reading) => {
    expect(readPersonalCode(code)).toEqual(reading);
  });
});

describe('a person (section 8)', () => {
  const dated = '50905149902';
  it.each<[StatedPerson, unknown]>([
    [{ personalCode: dated }, { birthOn: '2009-05-14', sex: 'M' }],
    [
      { personalCode: dated, birthOn: '2009-05-14', sex: 'M' },
      { birthOn: '2009-05-14', sex: 'M' },
    ],
    [{ personalCode: dated, birthOn: '2009-05-15' }, ['/personalCode CODE_DIFFERS', '/birthOn CODE_DIFFERS']],
    [{ personalCode: dated, sex: 'F' }, ['/personalCode CODE_DIFFERS', '/sex CODE_DIFFERS']],
    [{ personalCode: '99999999997' }, ['/birthOn REQUIRED', '/sex REQUIRED']],
    [
      { personalCode: '99999999997', birthOn: '2009-05-14', sex: 'F' },
      { birthOn: '2009-05-14', sex: 'F' },
    ],
    [
      { birthOn: '2009-05-14', sex: 'F' },
      { birthOn: '2009-05-14', sex: 'F' },
    ],
    [{ sex: 'F' }, ['/birthOn REQUIRED']],
    [{ birthOn: '2026-09-02', sex: 'F' }, ['/birthOn IN_FUTURE']],
  ])('%j is %j', (stated, expected) => {
    const judged = judgePerson(stated, '2026-09-01');
    expect(Array.isArray(judged) ? judged.map(({ pointer, code }) => `${pointer} ${code}`) : judged).toEqual(expected);
  });

  it.each([
    ['Ąžuolytė', 'azuolyte'],
    ['A\u0328z\u030cuolyte\u0307', 'azuolyte'],
    ['Nguyễn', 'nguyen'],
  ])('named %s is found by %s', (name, key) => {
    expect(searchKey(name)).toBe(key);
  });
});
