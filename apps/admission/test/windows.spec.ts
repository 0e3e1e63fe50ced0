import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, ministry, startAdmission, windows } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('the application window', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offering: OfferingAt;
  let other: OfferingAt;
  let application: ApplicationAt;

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    offering = await admission.anOffering({ stageId });
    other = await admission.anOffering({ stageId });
    admission.at(during);
    application = await admission.anApplication(stageId, 8, [offering, 'VF']);
  });

  const save = (offeringId: string, version: number) =>
    api
      .as(ministry)
      .put(
        `/applications/${application.id}/preferences`,
        { preferences: [{ offeringId, fundingType: 'VF' }] },
        { 'if-match': `"${version}"` },
      );

  it('takes nothing before it opens', async () => {
    admission.at('2026-05-31T20:59:59.999Z');
    const later = await admission.aStage();
    const learnerId = await admission.aLearner();
    const body = {
      learnerId,
      stageId: later,
      education: 'SECONDARY',
      grades: [],
      preferences: [{ offeringId: offering.id, fundingType: 'VF' }],
    };
    const { body: problem } = await api.as(ministry).post('/applications', body).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:admission:window-closed');
  });

  it('counts the last list saved to the last millisecond of the day in Vilnius (R-ADM-12, R-ADM-15)', async () => {
    admission.at('2026-08-05T20:59:59.999Z');
    const { body } = await save(other.id, 1).expect(200);
    expect(body).toMatchObject({ version: 2, preferences: [{ rank: 1, offeringId: other.id }] });
  });

  it('is over at the deadline’s instant, whether or not the clock has turned', async () => {
    admission.at('2026-08-05T21:00:00.000Z');
    const { body: problem } = await save(offering.id, 2).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:admission:window-closed');
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    expect(stage.state).toBe('LOCKED');
  });
});

describe('PUT /stages/{id}/windows', () => {
  const admission = startAdmission();
  const { api } = admission;
  const move = (id: string, changes: object, version: number) =>
    api
      .as(ministry)
      .put(`/stages/${id}/windows`, { ...windows, act: 'V-400', ...changes }, { 'if-match': `"${version}"` });

  it('moves what has not passed, by a named act, and keeps the act', async () => {
    admission.at(before);
    const id = await admission.aStage();
    const { body } = await move(id, { applyFrom: '2026-06-01T21:00:00Z' }, 1).expect(200);
    expect(body).toMatchObject({ version: 2, applyFrom: '2026-06-01T21:00:00.000Z', act: 'V-400', state: 'PLANNED' });
    expect(await api.db.query('SELECT version, act FROM stage_window_act WHERE stage_id = $1', [id])).toEqual([
      { version: 2, act: 'V-400' },
    ]);
  });

  it('closes early: the stage is locked from that instant', async () => {
    admission.at(before);
    const id = await admission.aStage();
    admission.at(during);
    await api.as(ministry).get(`/stages/${id}`).expect(200);
    await move(id, { applyUntil: '2026-06-10T08:00:01Z' }, 2).expect(200);
    admission.at('2026-06-10T08:00:01Z');
    await admission.settle();
    const { body } = await api.as(ministry).get(`/stages/${id}`).expect(200);
    expect(body.state).toBe('LOCKED');
  });

  it('needs the version read, and the newest one', async () => {
    admission.at(before);
    const id = await admission.aStage();
    await api
      .as(ministry)
      .put(`/stages/${id}/windows`, { ...windows, act: 'V-400' })
      .expect(428);
    await move(id, {}, 7).expect(412);
  });

  it('does not touch the past', async () => {
    admission.at(before);
    const id = await admission.aStage();
    admission.at(during);
    await api.as(ministry).get(`/stages/${id}`).expect(200);
    const { body: problem } = await move(id, { applyFrom: '2026-06-20T00:00:00Z' }, 2).expect(422);
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/applyFrom', code: 'WINDOW_PASSED' })]);
  });

  it('takes the limit of the stage’s type from the dated table (R-ADM-13)', async () => {
    admission.at(before);
    const { body: summer } = await api.as(ministry).get(`/stages/${await admission.aStage()}`);
    const { body: winter } = await api.as(ministry).get(`/stages/${await admission.aStage({ type: 'WINTER' })}`);
    const in2017 = {
      applyFrom: '2017-06-01T00:00:00Z',
      applyUntil: '2017-08-01T00:00:00Z',
      signUntil: '2017-08-09T00:00:00Z',
    };
    const { body: old } = await api
      .as(ministry)
      .get('/policy-parameters?code=adm.limit&validOn=2017-06-01')
      .expect(200);
    expect([summer.preferenceLimit, winter.preferenceLimit]).toEqual([3, 2]);
    expect(old.items).toEqual([expect.objectContaining({ value: expect.objectContaining({ SUMMER: 5 }) })]);
    admission.at('2017-01-01T00:00:00Z');
    const { body: campaign } = await api.as(ministry).post('/campaigns', { year: 2017, planAct: 'V-1' }).expect(201);
    const plan = { type: 'SUMMER', sequence: 1, startsOn: '2017-09-01', ...in2017 };
    const { body } = await api.as(ministry).post(`/campaigns/${campaign.id}/stages`, plan).expect(201);
    expect(body).toMatchObject({ preferenceLimit: 5, limitBasis: expect.stringContaining('2017') });
  });
});
