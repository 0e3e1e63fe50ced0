import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RegisterOccupationalStandardDto } from '../src/occupational-standards/occupational-standards.dto.js';
import type { RegisterQualificationDto } from '../src/qualifications/qualifications.dto.js';
import { aProgramme, faultsOf, registrar, startRegisters } from './builders.js';
import { importFile } from './imports.js';

let serial = 0;
const competence = { code: 'K-1', name: 'Planuoti testavimą', eqfLevel: 4 };

function aStandard(facts: Partial<RegisterOccupationalStandardDto> = {}): RegisterOccupationalStandardDto {
  serial += 1;
  const names = { name: 'IRT sektoriaus profesinis standartas', sector: 'IRT' };
  return { code: `PST-${serial}`, ...names, approvedOn: '2019-05-06', competences: [competence], ...facts };
}

function aQualification(facts: Partial<RegisterQualificationDto> = {}): RegisterQualificationDto {
  serial += 1;
  return { code: `4061301${serial}`, name: 'Programinės įrangos testuotojas', eqfLevel: 4, ...facts };
}

describe('qualifications and occupational standards', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  it('are registered, announced, and read by anybody without a token', async () => {
    const stated = aStandard();
    const { body: standard } = await client().post('/occupational-standards', stated).expect(201);
    expect(standard).toMatchObject({ ...stated, version: 1, state: 'REGISTERED', validFrom: '2026-01-10' });
    const facts = aQualification({ standardCode: stated.code, fieldCode: '0613', requiredModules: ['4061301'] });
    const { body: qualification } = await client().post('/qualifications', facts).expect(201);
    expect((await api.anonymous().get(`/qualifications/${qualification.id}`).expect(200)).body).toEqual(qualification);
    const { body: found } = await api
      .anonymous()
      .get(`/qualifications?standardCode=${stated.code}&eqfLevel=4&fieldCode=061`)
      .expect(200);
    expect(found.items).toEqual([{ ...qualification, ...facts, state: 'REGISTERED' }]);
    expect(await api.events()).toMatchObject([
      {
        type: 'registers.occupational-standard.registered.v1',
        key: standard.id,
        payload: { code: stated.code, approvedOn: '2019-05-06' },
      },
      {
        type: 'registers.qualification.registered.v1',
        key: qualification.id,
        payload: { code: facts.code, eqfLevel: 4, standardCode: stated.code, state: 'REGISTERED' },
      },
    ]);
  });

  it.each<[string, Partial<RegisterQualificationDto>, string[]]>([
    ['an unknown standard', { standardCode: 'PST-none' }, ['/standardCode UNKNOWN']],
    ['an unknown field', { fieldCode: '0198' }, ['/fieldCode UNKNOWN_CODE']],
    ['a level that is none', { eqfLevel: 9 }, ['/eqfLevel MAX']],
    ['a module twice', { requiredModules: ['1', '1'] }, ['/requiredModules ARRAY_UNIQUE']],
  ])('a qualification with %s is refused, and nothing is stored', async (_, facts, faults) => {
    const stated = aQualification(facts);
    const { body } = await client().post('/qualifications', stated).expect(422);
    expect(faultsOf(body)).toEqual(faults);
    expect((await client().get(`/qualifications?code=${stated.code}`).expect(200)).body.items).toEqual([]);
  });

  it('a standard with a competence twice is refused', async () => {
    const stated = aStandard({ competences: [competence, competence] });
    const { body } = await client().post('/occupational-standards', stated).expect(422);
    expect(faultsOf(body)).toEqual(['/competences/1/code DUPLICATE']);
  });

  it('keep their history, and end; a qualification keeps the standard that ended, and no other takes it', async () => {
    const { body: standard } = await client().post('/occupational-standards', aStandard()).expect(201);
    const { code, ...facts } = aQualification({ standardCode: standard.code, validFrom: '2025-01-01' });
    const { body: first } = await client().put(`/qualifications/by-code/${code}`, facts).expect(201);
    const end = { validFrom: '2026-01-10', legalBasis: 'V-7' };
    const path = `/occupational-standards/${standard.id}/deregistration`;
    const { body: ended } = await client().put(path, end, { 'if-match': '"1"' }).expect(200);
    expect(ended).toMatchObject({ state: 'DEREGISTERED', competences: [competence], legalBasis: 'V-7' });
    await client().put(path, end, { 'if-match': '"2"' }).expect(409);
    const change = { ...facts, eqfLevel: 5, validFrom: '2026-01-10' };
    await client().put(`/qualifications/${first.id}`, change, { 'if-match': '"1"' }).expect(200);
    const { body: before } = await api.anonymous().get(`/qualifications/${first.id}?validOn=2026-01-09`).expect(200);
    expect(before).toMatchObject({ eqfLevel: 4, validTo: '2026-01-10' });
    const { body: refused } = await client()
      .post('/qualifications', aQualification({ standardCode: standard.code }))
      .expect(422);
    expect(faultsOf(refused)).toEqual(['/standardCode UNKNOWN']);
    const { body: history } = await api.anonymous().get(`/qualifications/${first.id}/history`).expect(200);
    expect(history.items[0].changes).toEqual([{ property: 'eqfLevel', before: 4, after: 5 }]);
  });

  it('come in bulk, each row judged by itself, and the same file changes nothing', async () => {
    const standard = aStandard();
    const rows = [standard, aStandard({ competences: [competence, competence] })];
    const standards = await importFile(api, 'occupational-standards', rows, 'application/x-ndjson');
    expect(standards).toMatchObject({ created: 1, failed: 1 });
    const good = aQualification({ standardCode: standard.code });
    const file = [good, aQualification({ standardCode: 'none' })];
    expect(await importFile(api, 'qualifications', file)).toMatchObject({ created: 1, failed: 1 });
    const again = await importFile(api, 'qualifications', [good]);
    expect(again).toMatchObject({ unchanged: 1, created: 0, updated: 0, failed: 0 });
  });
});

describe('what must be taught under a code', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  it('is answered for a day, mandatory and optional modules', async () => {
    const module = { kind: 'QUALIFICATION' as const, mandatory: true, credits: 30, name: 'Testavimas' };
    const final = { code: '2', kind: 'FINAL' as const, mandatory: true, credits: 5, name: 'Baigiamasis' };
    const stated = aProgramme({ kind: 'CONTINUING', credits: 35, validFrom: '2025-09-01' });
    const { codeScheme, code, ...facts } = { ...stated, modules: [{ ...module, code: '1' }, final] };
    const path = `/programmes/by-code/${codeScheme}/${code}`;
    await api.as(registrar).put(path, facts).expect(201);
    const optional = { ...module, code: '3', mandatory: false };
    const later = { ...facts, credits: 65, modules: [...facts.modules, optional], validFrom: '2026-09-01' };
    await api.as(registrar).put(path, later).expect(200);
    const { body: now } = await api.anonymous().get(`${path}/modules`).expect(200);
    expect(now).toMatchObject({ codeScheme, code, credits: 35, items: facts.modules });
    const { body: then } = await api.anonymous().get(`${path}/modules?validOn=2026-09-01`).expect(200);
    expect(then).toMatchObject({ credits: 65, validFrom: '2026-09-01', items: later.modules });
    await api.anonymous().get(`${path}/modules?validOn=2025-08-31`).expect(404);
    await api.anonymous().get(`/programmes/by-code/SMPKR/X43061301/modules`).expect(400);
  });
});
