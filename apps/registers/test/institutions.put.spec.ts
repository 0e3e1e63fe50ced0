import { describe, expect, it } from '@jest/globals';
import { Institution } from '../src/institutions/institution.entity.js';
import { aJarCode, anInstitution, faultsOf, registrar, startRegisters } from './builders.js';

describe('PUT /institutions/{id}', () => {
  const api = startRegisters();

  it('replaces the facts and announces the new version', async () => {
    const { body: created } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const { body, headers } = await api
      .as(registrar)
      .put(`/institutions/${created.id}`, { name: 'Naujas vardas', countyCode: 'LT-KU' }, { 'if-match': '"1"' })
      .expect(200);
    expect(body).toMatchObject({ id: created.id, version: 2, name: 'Naujas vardas', countyCode: 'LT-KU' });
    expect(headers['etag']).toBe('"2"');
    const events = (await api.events()).filter(({ key }) => key === created.id);
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      'registers.institution.registered.v1 1',
      'registers.institution.changed.v1 2',
    ]);
  });

  it('makes no new version of unchanged facts', async () => {
    const { name, ...code } = anInstitution();
    const { body: created } = await api
      .as(registrar)
      .post('/institutions', { name, ...code })
      .expect(201);
    const { body } = await api
      .as(registrar)
      .put(`/institutions/${created.id}`, { name }, { 'if-match': '"1"' })
      .expect(200);
    expect(body.version).toBe(1);
  });

  it.each([
    [{}, 428],
    [{ 'if-match': '"7"' }, 412],
  ])('with the headers %j is refused with %i (section 8)', async (headers, status) => {
    const { body: created } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    await api.as(registrar).put(`/institutions/${created.id}`, { name: 'x' }, headers).expect(status);
  });

  it('lists the faults of the body, whatever else the request has', async () => {
    const { body: created } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const { body } = await api
      .as(registrar)
      .put(`/institutions/${created.id}`, { name: '', colour: 'red' }, { 'if-match': '"1"' })
      .expect(422);
    expect(faultsOf(body)).toEqual(['/colour UNKNOWN', '/name MIN_LENGTH']);
  });

  it('stores decomposed letters composed (section 8)', async () => {
    const name = 'Šilute\u0307s S\u030cvietimas';
    const { body } = await api.as(registrar).post('/institutions', anInstitution({ name })).expect(201);
    expect(body.name).toBe(name.normalize('NFC'));
  });

  it.each([
    [{ countyCode: 'LT-XX' }, ['/countyCode UNKNOWN_CODE']],
    [{ municipalityCode: 'LT-61' }, ['/municipalityCode UNKNOWN_CODE']],
    [{ countyCode: 'LT-VL', municipalityCode: 'LT-16' }, ['/countyCode COUNTY_MISMATCH']],
  ])('refuses the place %j', async (place, faults) => {
    const { body } = await api.as(registrar).post('/institutions', anInstitution(place)).expect(422);
    expect(faultsOf(body)).toEqual(faults);
  });

  it('takes the county from the municipality, and another country’s codes as they are', async () => {
    const { body: ours } = await api
      .as(registrar)
      .post('/institutions', anInstitution({ municipalityCode: 'LT-16' }))
      .expect(201);
    expect(ours.countyCode).toBe('LT-KU');
    const { body: foreign } = await api
      .as(registrar)
      .post('/institutions', anInstitution({ codeScheme: 'UAI', code: '0750655E', countyCode: 'FR-75' }))
      .expect(201);
    expect(foreign.countyCode).toBe('FR-75');
  });
});

describe('PUT /institutions/by-code/{codeScheme}/{code}', () => {
  const api = startRegisters();
  const at = (code: string): string => `/institutions/by-code/JAR/${code}`;

  it('registers with 201, changes with 200, and leaves unchanged facts alone', async () => {
    const code = aJarCode();
    const first = await api.as(registrar).put(at(code), { name: 'A' }).expect(201);
    expect(first.body).toMatchObject({ codeScheme: 'JAR', code, version: 1 });
    await api.as(registrar).put(at(code), { name: 'A' }).expect(200).expect('etag', '"1"');
    const changed = await api.as(registrar).put(at(code), { name: 'B' }).expect(200);
    expect(changed.body).toEqual({ ...first.body, name: 'B', version: 2, recordedAt: changed.body.recordedAt });
    expect(await api.events()).toHaveLength(2);
  });

  it.each([
    ['"1"', 200],
    ['"2"', 412],
    ['1', 400],
  ])('honours If-Match %s with %i', async (tag, status) => {
    const code = aJarCode();
    await api.as(registrar).put(at(code), { name: 'A' }).expect(201);
    await api.as(registrar).put(at(code), { name: 'B' }, { 'if-match': tag }).expect(status);
  });

  it('with If-Match creates nothing', async () => {
    const code = aJarCode();
    await api.as(registrar).put(at(code), { name: 'A' }, { 'if-match': '"1"' }).expect(412);
    expect(await api.db.manager.countBy(Institution, { code })).toBe(0);
  });

  it('sent ten times at once makes one institution of one version', async () => {
    const code = aJarCode();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        api
          .as(registrar)
          .put(at(code), { name: 'A' })
          .then(({ status }) => status),
      ),
    );
    expect(answers.sort()).toEqual([...Array<number>(9).fill(200), 201]);
    expect(await api.db.manager.findBy(Institution, { code })).toMatchObject([{ version: 1 }]);
  });

  it.each([
    ['JAR/188603092', '?code WRONG_CHECK_DIGIT'],
    ['VAT/188603091', '?codeScheme IS_IN'],
  ])('refuses the address %s', async (path, fault) => {
    const { body } = await api.as(registrar).put(`/institutions/by-code/${path}`, { name: 'A' }).expect(400);
    expect(faultsOf(body)).toEqual([fault]);
  });
});
