import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Institution } from '../src/institutions/institution.entity.js';
import { aJarCode, startRegisters } from './builders.js';
import { importFile, reportOf } from './imports.js';

interface Offering {
  institution_code: string;
  institution_name: string;
  department_code: string;
}

/** Every institution of the French session of 2019 once. */
function frenchInstitutions(): object[] {
  const file = readFileSync(new URL('../../../data/admission-fr-2019.csv', import.meta.url));
  const offerings = parse<Offering>(file, { columns: true });
  return [...new Map(offerings.map((offering) => [offering.institution_code, offering])).values()].map((offering) => ({
    codeScheme: 'UAI',
    code: offering.institution_code,
    name: offering.institution_name,
    countyCode: offering.department_code === '99' ? '' : `FR-${offering.department_code}`,
  }));
}

describe('import of institutions', () => {
  const api = startRegisters();

  it('takes a nation, leaves wrong codes aside (R-REG-05), and does nothing the second time', async () => {
    const rows = frenchInstitutions();
    const job = await importFile(api, 'institutions', rows);
    expect(job).toMatchObject({ state: 'DONE', total: 3_507, created: 3_468, updated: 0, unchanged: 0, failed: 39 });
    expect(await reportOf(api, job)).toEqual({ '/code WRONG_CHECK_DIGIT': 33, '/code WRONG_FORMAT': 6 });
    expect(await api.db.manager.countBy(Institution, { codeScheme: 'UAI' })).toBe(3_468);
    const announced = (await api.events('registers.institution')).length;
    expect(announced).toBe(3_468);

    const again = await importFile(api, 'institutions', rows);
    expect(again).toMatchObject({ state: 'DONE', created: 0, updated: 0, unchanged: 3_468, failed: 39 });
    expect(await api.events('registers.institution')).toHaveLength(announced);
  });

  it('takes rows in order: the second row of a code changes what the first one made', async () => {
    const code = aJarCode();
    const rows = ['A', 'B', 'B'].map((name) => ({ codeScheme: 'JAR', code, name }));
    expect(await importFile(api, 'institutions', rows)).toMatchObject({ created: 1, updated: 1, unchanged: 1 });
    expect(await api.db.manager.findBy(Institution, { code })).toMatchObject([{ name: 'B', version: 2 }]);
    const versions = (await api.events('registers.institution')).filter(({ payload }) => payload['code'] === code);
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
  });

  it('judges each row by the classifiers', async () => {
    const rows = [
      { codeScheme: 'JAR', code: aJarCode(), name: 'A', countyCode: 'LT-XX', municipalityCode: '' },
      { codeScheme: 'JAR', code: aJarCode(), name: 'B', countyCode: '', municipalityCode: 'LT-16' },
    ];
    const job = await importFile(api, 'institutions', rows);
    expect(job).toMatchObject({ created: 1, failed: 1 });
    expect(await reportOf(api, job)).toEqual({ '/countyCode UNKNOWN_CODE': 1 });
  });
});
