import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LearnerMergesService } from '../src/learners/learner-merges.service.js';
import { Learner } from '../src/learners/learner.entity.js';
import { readPersonalCode as bornAs } from '../src/learners/personal-code.rules.js';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  codeIn,
  everyRow,
  forTeaching,
  registrar,
  trusted,
} from './builders.js';
import { startRegisters } from './builders.js';
import { importFile, reportOf } from './imports.js';
import type { Job } from './imports.js';

describe('import of learners', () => {
  const api = startRegisters();
  const imported = (rows: object[]): Promise<Job> => importFile(api, 'learners', rows, 'application/x-ndjson');
  const stored = (familyName: string): Promise<Learner[]> =>
    everyRow(api, (tx) => tx.find(Learner, { where: { familyName }, order: { id: 'ASC' } }));
  const eventsOf = async (id: string): Promise<string[]> =>
    (await api.events('registers.learner')).filter(({ key }) => key === id).map(({ type }) => type.split('.')[2]!);
  const school = async (): Promise<{ id: string; code: string }> =>
    (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body;

  it('registers a learner with a sealed code and an event, and does nothing the second time', async () => {
    const { id: institutionId, code } = await school();
    const personalCode = aPersonalCode();
    const rows = [
      { ...aLearner({ familyName: 'Su kodu', personalCode }), institutionScheme: 'JAR', institutionCode: code },
      { ...aLearner({ familyName: 'Be kodo' }), institutionId },
    ];
    expect(await imported(rows)).toMatchObject({ state: 'DONE', created: 2, failed: 0 });
    const [coded] = await stored('Su kodu');
    expect(coded).toMatchObject({ version: 1, institutionId, possiblyForeign: false, provider: 'test-client' });
    expect(await codeIn(api, coded!)).toBe(personalCode);
    expect(await stored('Be kodo')).toMatchObject([{ institutionId, possiblyForeign: true, personalCodeIndex: null }]);
    const announced = await api.events('registers.learner');
    expect(announced.find(({ key }) => key === coded!.id)?.payload).toEqual({
      ...{ learnerId: coded!.id, version: 1, institutionId },
      birthYear: Number(coded!.birthOn.slice(0, 4)),
    });
    expect(await imported([...rows, ...rows])).toMatchObject({ created: 0, updated: 0, unchanged: 4 });
    expect(await api.events('registers.learner')).toHaveLength(announced.length);
    const { body } = await api.as(trusted).get(`/learners/${coded!.id}`, forTeaching).expect(200);
    expect(body.personalCode).toBe(personalCode);
  });

  it('changes whom the code names, with history and an event; the newest row of a file holds', async () => {
    const personalCode = aPersonalCode();
    const row = aLearner({ familyName: 'Senoji', personalCode });
    await imported([row]);
    const [{ id } = { id: '' }] = await stored('Senoji');
    const again = [{ ...row, familyName: 'Tarpinė' }, { ...row, familyName: 'Naujoji' }, row];
    expect(await imported(again.slice(0, 2))).toMatchObject({ updated: 2 });
    expect(await stored('Naujoji')).toMatchObject([{ id, version: 3, familyNameKey: 'naujoji' }]);
    const { body } = await api.as(registrar).get(`/learners/${id}/history`).expect(200);
    const names = (body.items as { facts: { familyName: string } }[]).map(({ facts }) => facts.familyName);
    expect(names).toEqual(expect.arrayContaining(['Naujoji', 'Tarpinė', 'Senoji']));
    expect(await eventsOf(id)).toEqual(['registered', 'changed', 'changed']);
    expect(await imported(again.slice(1, 2))).toMatchObject({ unchanged: 1 });
  });

  it('makes one learner of a person who stands twice in a file, with the code and without', async () => {
    const { personalCode, ...names } = aLearner({ familyName: 'Dviguba', personalCode: aPersonalCode() });
    const coded = { ...names, personalCode };
    await imported([coded]);
    const [{ birthOn, sex } = { birthOn: '', sex: 'F' as const }] = await stored('Dviguba');
    const same = { ...names, birthOn, sex };
    expect(await imported([coded, same])).toMatchObject({ created: 0, unchanged: 2 });
    expect(await stored('Dviguba')).toHaveLength(1);
  });

  it('keeps nothing of a column that it does not know: a misspelt header may be above personal codes', async () => {
    const personalCode = aPersonalCode();
    const job = await imported([{ ...aLearner({ familyName: 'Klaidinga' }), asmensKodas: personalCode }]);
    expect(await reportOf(api, job)).toEqual({ '/asmensKodas UNKNOWN': 1 });
    const kept = await everyRow(api, (tx) => tx.query('SELECT r::text AS row FROM import_row r'));
    expect(JSON.stringify(kept)).toContain('Klaidinga');
    expect(JSON.stringify(kept)).not.toContain(personalCode);
  });

  it('seals the code of a new learner among known ones, whether that was expected or not', async () => {
    const row = (familyName: string): object => aLearner({ familyName, personalCode: aPersonalCode() });
    const known = ['Žinoma-1', 'Žinoma-2', 'Žinoma-3'].map(row);
    await imported(known);
    expect(await imported(known)).toMatchObject({ unchanged: 3 });
    // After a file of known ones nothing is sealed ahead.
    const personalCode = aPersonalCode();
    const news = [aLearner({ familyName: 'Naujokė', personalCode }), aLearner({ familyName: 'Be kodo nauja' })];
    expect(await imported([known[0]!, news[0]!, known[1]!, news[1]!, known[2]!])).toMatchObject({
      ...{ created: 2, unchanged: 3, updated: 0, failed: 0 },
    });
    const [coded] = await stored('Naujokė');
    expect(await codeIn(api, coded!)).toBe(personalCode);
    expect(await eventsOf(coded!.id)).toEqual(['registered']);
    const [named] = await stored('Be kodo nauja');
    expect(await eventsOf(named!.id)).toEqual(['registered']);
  });

  it('tells what became of each row, in a file of all kinds', async () => {
    const [same, changed] = [1, 2].map((n) => aLearner({ familyName: `Mišri-${n}`, personalCode: aPersonalCode() }));
    await imported([same!, changed!]);
    const job = await imported([
      aLearner({ homeMunicipalityCode: 'LT-99' }),
      { ...changed, familyName: 'Mišri-kita' },
      aLearner({ familyName: 'Mišri-3' }),
      aLearner({ birthOn: '2999-01-01' }),
      same!,
    ]);
    expect(job).toMatchObject({ created: 1, updated: 1, unchanged: 1, failed: 2 });
    expect(await reportOf(api, job)).toEqual({ '/homeMunicipalityCode UNKNOWN_CODE': 1, '/birthOn IN_FUTURE': 1 });
    expect(await stored('Mišri-kita')).toMatchObject([{ version: 2 }]);
    expect(await stored('Mišri-1')).toMatchObject([{ version: 1 }]);
  });

  it('refuses rows one by one, and shows no personal code', async () => {
    const personalCode = aPersonalCode();
    const job = await imported([
      aLearner({ familyName: 'Geroji', personalCode }),
      aLearner({ personalCode, birthOn: '1999-01-01' }),
      aLearner({ personalCode: '50905149903' }),
      aLearner({ homeMunicipalityCode: 'LT-99' }),
      { ...aLearner(), institutionScheme: 'JAR', institutionCode: '188603092' },
      { ...aLearner(), institutionId: '0198c0de-0000-7000-8000-00000000ffff' },
    ]);
    expect(job).toMatchObject({ state: 'DONE', created: 1, failed: 5 });
    expect(await reportOf(api, job)).toMatchObject({
      '/personalCode INVALID_CHECKSUM': 1,
      '/homeMunicipalityCode UNKNOWN_CODE': 1,
      '/institutionCode UNKNOWN': 1,
      '/institutionId UNKNOWN': 1,
    });
    const { text } = await api.as(registrar).get(`/imports/${job.id}/report`).expect(200);
    for (const code of [personalCode, '50905149903']) expect(text).not.toContain(code);
    const kept: object[] = await api.db.query('SELECT * FROM import_row');
    expect(JSON.stringify(kept)).not.toContain(personalCode);
  });

  it.each(['the one that is kept', 'the one that is merged'])(
    'changes nothing of two rows whose learners were merged, of whom %s had a code (R-REG-28)',
    async (whose) => {
      const [{ personalCode, ...kept }, gone] = [
        aLearner({ familyName: `Likusi-${whose.length}`, personalCode: aPersonalCode() }),
        aLearner({ familyName: `Dingusi-${whose.length}` }),
      ];
      const coded = whose === 'the one that is kept' ? kept : gone;
      const born = { birthOn: '2009-05-14', sex: 'F' as const };
      const rows = [kept, gone].map((row) =>
        row === coded ? { ...row, ...bornAs(personalCode!), personalCode } : { ...row, ...born },
      );
      expect(await imported(rows)).toMatchObject({ created: 2 });
      const [[survivor], [loser]] = [await stored(kept.familyName), await stored(gone.familyName)];
      const terms = { provider: 'registrar', reason: 'Same person' };
      const pair = { loserId: loser!.id, survivorId: survivor!.id, reviewId: randomUUID(), terms };
      await everyRow(api, (tx) => api.app.get(LearnerMergesService).merge(tx, pair));
      expect(await imported(rows)).toMatchObject({ created: 0, updated: 0, unchanged: 2, failed: 0 });
    },
  );

  it('tells all that is wrong with a row at once: the person, the home and the school', async () => {
    const institutionId = '0198c0de-0000-7000-8000-00000000ffff';
    const personalCode = aPersonalCode();
    const rows = [
      { ...aLearner({ birthOn: '2999-01-01', homeMunicipalityCode: 'LT-99' }), institutionId },
      aLearner({ familyName: 'Gera tarp blogų' }),
      { ...aLearner({ personalCode, birthOn: '1999-01-01' }), institutionScheme: 'JAR', institutionCode: '188603092' },
      aLearner({ birthOn: '2999-01-02' }),
    ];
    const job = await imported(rows);
    expect(job).toMatchObject({ created: 1, failed: 3 });
    const { text } = await api.as(registrar).get(`/imports/${job.id}/report`).expect(200);
    const faults = text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 3).join(' '));
    expect(faults).toEqual([
      ...['1 /birthOn IN_FUTURE', '1 /homeMunicipalityCode UNKNOWN_CODE', '1 /institutionId UNKNOWN'],
      ...['3 /personalCode CODE_DIFFERS', '3 /birthOn CODE_DIFFERS', '3 /institutionCode UNKNOWN'],
      '4 /birthOn IN_FUTURE',
    ]);
    expect(text).not.toContain(personalCode);
    expect(await stored('Gera tarp blogų')).toHaveLength(1);
  });
});
