import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { Programme } from '../src/programmes/programme.entity.js';
import { moduleKinds } from '../src/programmes/programme.rules.js';
import { aProgramme, startRegisters } from './builders.js';
import { importFile, reportOf } from './imports.js';

/** Every offering of the French session of 2019, as a programme. */
function frenchProgrammes(): { code: string | undefined }[] {
  const file = readFileSync(new URL('../../../data/admission-fr-2019.csv', import.meta.url));
  return parse<Record<string, string>>(file, { columns: true }).map((offering) => ({
    codeScheme: 'PSUP',
    code: offering['offering_code'],
    name: offering['programme_name']?.slice(0, 250),
    kind: 'HIGHER',
    fieldCode: '99',
    eqfLevel: 5,
    credits: 120,
  }));
}

describe('import of programmes', () => {
  const api = startRegisters();

  it('takes a nation, leaves rows without a code aside, and does nothing the second time', async () => {
    const rows = frenchProgrammes();
    const job = await importFile(api, 'programmes', rows);
    expect(job).toMatchObject({ state: 'DONE', total: 11_577, created: 10_953, updated: 0, failed: 624 });
    expect(await reportOf(api, job)).toEqual({ '/code WRONG_FORMAT': 624 });
    const coded = rows.filter(({ code }) => code !== '').slice(0, 1_200);
    const again = await importFile(api, 'programmes', coded);
    expect(again).toMatchObject({ created: 0, updated: 0, unchanged: 1_200, failed: 0 });
    expect(await api.events('registers.programme')).toHaveLength(10_953);
  });

  it('takes modules as NDJSON; a CSV without them leaves them alone', async () => {
    const modules = moduleKinds.map((kind, at) => ({ code: `M${at}`, name: kind, kind, mandatory: true, credits: 12 }));
    const row = aProgramme();
    const complete = await importFile(api, 'programmes', [{ ...row, modules }], 'application/x-ndjson');
    expect(complete).toMatchObject({ created: 1 });
    expect(await importFile(api, 'programmes', [{ ...row, name: 'Kita' }])).toMatchObject({ updated: 1 });
    expect(await importFile(api, 'programmes', [{ ...row, name: 'Kita' }])).toMatchObject({ unchanged: 1 });
    const { code } = row;
    expect(await api.db.manager.findBy(Programme, { code })).toMatchObject([{ name: 'Kita', version: 2, modules }]);
  });

  it('judges each row by the rules and the classifier', async () => {
    const rows = [aProgramme({ credits: 20 }), aProgramme({ fieldCode: '0699' }), aProgramme()];
    const job = await importFile(api, 'programmes', rows);
    expect(job).toMatchObject({ created: 1, failed: 2 });
    expect(await reportOf(api, job)).toEqual({ '/credits TOO_FEW_CREDITS': 1, '/fieldCode UNKNOWN_CODE': 1 });
  });
});
