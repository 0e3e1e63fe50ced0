import { describe, expect, it } from '@jest/globals';
import type { CallerApi } from '@meistras/testing/start-service';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  faultsOf,
  forTeaching,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';

describe('PUT /learners/{id}', () => {
  const api = startRegisters();
  const names = { givenName: 'Kitas-vardas', familyName: 'Kita-pavardė' };

  async function registered(
    facts = {},
  ): Promise<{ id: string; put: (body: object, by?: CallerApi) => ReturnType<CallerApi['put']> }> {
    const { body } = await api.as(registrar).post('/learners', aLearner(facts)).expect(201);
    const put = (dto: object, by = api.as(registrar)) => by.put(`/learners/${body.id}`, dto, { 'if-match': '"1"' });
    return { id: body.id, put };
  }

  it('replaces the facts, keeps the personal code, and announces the version', async () => {
    const personalCode = aPersonalCode();
    const { id, put } = await registered({ personalCode });
    const { body } = await put(names).expect(200);
    expect(body).toMatchObject({ id, ...names, version: 2, possiblyForeign: false });
    const { body: read } = await api.as(trusted).get(`/learners/${id}`, forTeaching).expect(200);
    expect(read).toEqual({ ...body, personalCode });
    const events = (await api.events()).filter(({ key }) => key === id);
    expect(events.map(({ type }) => type)).toEqual(['registers.learner.registered.v1', 'registers.learner.changed.v1']);
    expect(JSON.stringify(events)).not.toContain('Kita');
  });

  it('makes no new version of unchanged facts', async () => {
    const personalCode = aPersonalCode();
    const { put } = await registered({ ...names, personalCode });
    expect((await put({ ...names, personalCode }).expect(200)).body.version).toBe(1);
    expect((await put(names).expect(200)).body.version).toBe(1);
  });

  it.each([
    [{}, 428],
    [{ 'if-match': '"7"' }, 412],
  ])('with the headers %j is refused with %i', async (headers, status) => {
    const { id } = await registered();
    await api
      .as(registrar)
      .put(`/learners/${id}`, { ...names, birthOn: '2009-05-14', sex: 'F' }, headers)
      .expect(status);
  });

  it('gives a foreign learner a personal code that came later (section 8)', async () => {
    const { body: own } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const { id, put } = await registered({ institutionId: own.id, birthOn: '2009-05-14', sex: 'M' });
    const { body } = await put({ ...names, personalCode: '50905149902' }, api.as(school(own.id))).expect(200);
    expect(body).toMatchObject({ id, version: 2, possiblyForeign: false, birthOn: '2009-05-14' });
  });

  it('checks the birth date against the code that is held', async () => {
    const { put } = await registered({ personalCode: '50905149983' });
    const { body } = await put({ ...names, birthOn: '2009-05-15' }).expect(422);
    expect(faultsOf(body)).toEqual(['/birthOn CODE_DIFFERS', '/personalCode CODE_DIFFERS']);
  });

  it('lets only a national client replace a code, and none take another person’s', async () => {
    const { body: own } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const taken = aPersonalCode();
    await registered({ personalCode: taken });
    const { put } = await registered({ institutionId: own.id, personalCode: aPersonalCode() });
    const body = { ...names, personalCode: aPersonalCode() };
    await put(body, api.as(school(own.id))).expect(403);
    await put({ ...names, personalCode: taken }).expect(409);
    await put(body).expect(200);
  });
});

describe('GET /learners', () => {
  const api = startRegisters();

  it('finds by the beginning of the family name, whatever its case and accents (section 8)', async () => {
    const ids: string[] = [];
    for (const familyName of ['Žvirblytė-1', 'ZVIRBLIS-2', 'Zv_rblis-3', 'Kita-4']) {
      const { body } = await api.as(registrar).post('/learners', aLearner({ familyName })).expect(201);
      ids.push(body.id);
    }
    const found = async (query: string): Promise<string[]> => {
      const { body } = await api.as(registrar).get(`/learners?${query}`).expect(200);
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await found('familyName=zvirb')).toEqual(ids.slice(0, 2));
    expect(await found(`familyName=${encodeURIComponent('ŽVIRB')}`)).toEqual(ids.slice(0, 2));
    expect(await found('familyName=zv_')).toEqual([ids[2]]);
    expect(await found('familyName=%25')).toEqual([]);
    expect(await found('familyName=')).toEqual(ids);
    await api.as(registrar).get('/learners?familyName=%00').expect(400);
    const { body: page } = await api.as(registrar).get('/learners?limit=3').expect(200);
    expect(page.items).toHaveLength(3);
    expect(await found(`limit=3&after=${page.next}`)).toEqual([ids[3]]);
    await api.as(registrar).get('/learners?personalCode=50905149902').expect(400);
  });

  it('answers 304 to a client that has the version', async () => {
    const { body } = await api.as(registrar).post('/learners', aLearner()).expect(201);
    await api.as(registrar).get(`/learners/${body.id}`, { 'if-none-match': '"1"' }).expect(304);
  });
});
