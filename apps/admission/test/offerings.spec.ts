import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, ministry, schoolOf, startAdmission } from './builders.js';

describe('offerings', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
  });

  const plan = (institutionId: string, programmeId: string, facts: object = {}) => ({
    ...{ stageId, institutionId, programmeId, fundedSeats: 20, nonFundedSeats: 5 },
    ...facts,
  });

  it('are planned by the institution and announced', async () => {
    const { id, institutionId, programmeId } = await admission.anOffering({ stageId, fundedSeats: 20 });
    const { body } = await api.as(schoolOf(institutionId)).get(`/offerings/${id}`).expect(200);
    expect(body).toMatchObject({ version: 1, fieldCode: '0713', poolCode: '07', state: 'OPEN', fundedSeats: 20 });
    const events = (await api.events('admission.offering')).filter(({ key }) => key === id);
    expect(events).toMatchObject([
      {
        ...{ type: 'admission.offering.planned.v1', version: 1 },
        payload: { stageId, institutionId, programmeId, fieldCode: '0713', fundedSeats: 20, state: 'OPEN' },
      },
    ]);
  });

  it('need a licence on the first teaching day (R-REG-15)', async () => {
    const institutionId = await admission.anInstitution();
    const programmeId = await admission.aProgramme();
    const { body: problem } = await api.as(ministry).post('/offerings', plan(institutionId, programmeId)).expect(409);
    expect(problem).toMatchObject({
      type: 'urn:meistras:problem:admission:no-licence',
      detail: expect.stringContaining('2026-09-01'),
    });
    const decision = await admission.accredited(institutionId, programmeId);
    await admission.revoke(decision, '2026-09-01');
    await api.as(ministry).post('/offerings', plan(institutionId, programmeId)).expect(409);
  });

  it('name what the registers announced', async () => {
    const unknown = '0198c0de-0000-7000-8000-000000000001';
    const { body: problem } = await api.as(ministry).post('/offerings', plan(unknown, unknown)).expect(422);
    expect(problem.errors.map(({ code }: { code: string }) => code)).toEqual([
      'INSTITUTION_UNKNOWN',
      'PROGRAMME_UNKNOWN',
    ]);
    await api
      .as(ministry)
      .post('/offerings', plan(unknown, unknown, { stageId: unknown }))
      .expect(404);
  });

  it('stand once in a stage, however often the request arrives', async () => {
    const { institutionId, programmeId } = await admission.anOffering({ stageId });
    await api.as(ministry).post('/offerings', plan(institutionId, programmeId)).expect(409);
    const second = await admission.aProgramme();
    await admission.accredited(institutionId, second);
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(ministry).post('/offerings', plan(institutionId, second), key).expect(201);
    const again = await api.as(ministry).post('/offerings', plan(institutionId, second), key).expect(201);
    expect(again.body).toEqual(first.body);
    expect(again.headers['idempotent-replayed']).toBe('true');
  });

  it('change their seats under If-Match until the stage opens', async () => {
    const { id, institutionId } = await admission.anOffering({ stageId });
    const school = api.as(schoolOf(institutionId));
    const seats = { fundedSeats: 7, nonFundedSeats: 0 };
    await school.put(`/offerings/${id}/seat-plan`, seats).expect(428);
    const { body } = await school.put(`/offerings/${id}/seat-plan`, seats, { 'if-match': '"1"' }).expect(200);
    expect(body).toMatchObject({ ...seats, version: 2 });
    await school.put(`/offerings/${id}/seat-plan`, seats, { 'if-match': '"1"' }).expect(412);
    const unchanged = await school.put(`/offerings/${id}/seat-plan`, seats, { 'if-match': '"2"' }).expect(200);
    expect(unchanged.body.version).toBe(2);
    admission.at(during);
    const { body: problem } = await school.put(`/offerings/${id}/seat-plan`, seats, { 'if-match': '"2"' }).expect(409);
    expect(problem.type).toContain('stage-opened');
    admission.at(before);
  });

  it('are listed by stage, institution and field', async () => {
    const own = await admission.aStage();
    const { id } = await admission.anOffering({ stageId: own, fieldCode: '1013' });
    await admission.anOffering({ stageId: own, fieldCode: '0713' });
    const ids = async (query: string) =>
      (await api.as(ministry).get(`/offerings?stageId=${own}${query}`).expect(200)).body.items.map(
        (one: { id: string }) => one.id,
      );
    expect(await ids('')).toHaveLength(2);
    expect(await ids('&fieldCode=10')).toEqual([id]);
    expect(await ids('&fieldCode=0713')).toHaveLength(1);
    await api.as(ministry).get('/offerings?colour=red').expect(400);
  });
});

describe('funded pools', () => {
  const admission = startAdmission();
  const { api } = admission;

  it('are set by the broad field, changed under If-Match, and listed', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const set = (fieldCode: string, planned: number, headers = {}) =>
      api.as(ministry).put(`/stages/${stageId}/pools/${fieldCode}`, { planned, act: 'V-1' }, headers);
    expect((await set('07', 120).expect(200)).headers['etag']).toBe('"1"');
    await set('07', 130).expect(428);
    await set('07', 130, { 'if-match': '"1"' }).expect(200);
    await set('07', 140, { 'if-match': '"1"' }).expect(412);
    await set('0713', 5).expect(422);
    await set('ab', 5).expect(422);
    await admission.setPools(stageId, { '07': 130, '10': 0 });
    const { body } = await api.as(ministry).get(`/stages/${stageId}/pools`).expect(200);
    expect(body.items).toMatchObject([
      { fieldCode: '07', planned: 130, act: 'V-1517', version: 3 },
      { fieldCode: '10', quota: 0, version: 1 },
    ]);
    await admission.setPools(stageId, { '07': 130, '10': 0 });
    const again = await api.as(ministry).get(`/stages/${stageId}/pools`).expect(200);
    expect(again.body).toEqual(body);
  });
});
