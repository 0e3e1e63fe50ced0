import { beforeEach, describe, expect, it } from '@jest/globals';
import { before, during, locked, ministry, schoolOf, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('suitability', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offering: OfferingAt;
  let application: ApplicationAt;

  beforeEach(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    offering = await admission.anOffering({ stageId });
    await admission.setPools(stageId, { '07': 5 });
    admission.at(during);
    application = await admission.anApplication(stageId, 8, [offering, 'VF'], [offering, 'VNF']);
  });

  const school = () => api.as(schoolOf(offering.institutionId));
  const path = () => `/suitability/${application.id}/${offering.id}`;
  const decisions = (state: string, facts: object = {}) => ({
    institutionId: offering.institutionId,
    decisions: [{ applicationId: application.id, offeringId: offering.id, state, ...facts }],
  });

  it('waits for the institution, once for both funding types', async () => {
    const query = `?institutionId=${offering.institutionId}&stageId=${stageId}&state=PENDING`;
    const { body } = await school().get(`/suitability${query}`).expect(200);
    expect(body.items).toMatchObject([{ applicationId: application.id, offeringId: offering.id, state: 'PENDING' }]);
  });

  it('is decided with a reason, and the same decision again changes nothing', async () => {
    const { body: problem } = await school().put(path(), { state: 'UNSUITABLE' }).expect(422);
    expect(problem.errors[0].code).toBe('REASON_MISSING');
    const unsuitable = { state: 'UNSUITABLE', reason: 'ENTRANCE_TEST_FAILED' };
    const { body } = await school().put(path(), unsuitable).expect(200);
    expect(body).toMatchObject({ ...unsuitable, version: 2 });
    expect((await school().put(path(), unsuitable).expect(200)).body.version).toBe(2);
    await school().put(path(), { state: 'SUITABLE' }, { 'if-match': '"1"' }).expect(412);
    expect((await school().put(path(), { state: 'SUITABLE' }, { 'if-match': '"2"' }).expect(200)).body.version).toBe(3);
  });

  it('is decided in bulk, all or nothing', async () => {
    const unknown = {
      applicationId: '0198c0de-0000-7000-8000-000000000001',
      offeringId: offering.id,
      state: 'SUITABLE',
    };
    const bad = decisions('SUITABLE');
    bad.decisions.push(unknown);
    const { body: problem } = await school().post('/suitability-decisions', bad).expect(422);
    expect(problem.errors).toMatchObject([{ pointer: '/decisions/1', code: 'NOT_FOUND' }]);
    const first = await school().post('/suitability-decisions', decisions('SUITABLE')).expect(200);
    expect(first.body).toEqual({ decided: 1, bound: 0, unchanged: 0 });
    const again = await school().post('/suitability-decisions', decisions('SUITABLE')).expect(200);
    expect(again.body).toEqual({ decided: 0, bound: 0, unchanged: 1 });
  });

  it('stands when the applicant comes back to the offering', async () => {
    await school().put(path(), { state: 'SUITABLE' }).expect(200);
    const save = (fundingType: string, version: number) =>
      api
        .as(ministry)
        .put(
          `/applications/${application.id}/preferences`,
          { preferences: [{ offeringId: offering.id, fundingType }] },
          { 'if-match': `"${version}"` },
        );
    const { body } = await save('VNF', 1).expect(200);
    expect(body.preferences).toMatchObject([{ suitability: 'SUITABLE' }]);
  });

  it('is closed at the deadline; what is pending does not compete, and the applicant is told (R-ADM-19)', async () => {
    const decided = await admission.anApplication(stageId, 5, [offering, 'VF']);
    await school().put(`/suitability/${decided.id}/${offering.id}`, { state: 'SUITABLE' }).expect(200);
    admission.at(locked);
    await school().put(path(), { state: 'SUITABLE' }).expect(409);
    const run = await admission.run(stageId);
    expect(run).toMatchObject({ applicants: 2, placed: 1, verified: true });
    await admission.publish(run['id']);
    const { body } = await api.as(ministry).get(`/applications/${application.id}/explanation`).expect(200);
    expect(body.options).toMatchObject([
      { code: 'UNSUITABLE', reason: 'PENDING_AT_DEADLINE' },
      { code: 'UNSUITABLE', reason: 'PENDING_AT_DEADLINE' },
    ]);
  });

  it('is no business of a withdrawn application', async () => {
    await api.as(ministry).post(`/applications/${application.id}/withdraw`).expect(200);
    await school().put(path(), { state: 'SUITABLE' }).expect(404);
    const { body } = await school().get(`/suitability?stageId=${stageId}`).expect(200);
    expect(body.items).toEqual([]);
  });
});

describe('the institution of the first preference (R-ADM-18)', () => {
  const admission = startAdmission();
  const { api } = admission;

  async function listed(): Promise<{ id: string; first: OfferingAt; second: OfferingAt; own: OfferingAt }> {
    admission.at(before);
    const stageId = await admission.aStage();
    const first = await admission.anOffering({ stageId });
    const own = await admission.anOffering({ stageId, institutionId: first.institutionId });
    const second = await admission.anOffering({ stageId });
    admission.at(during);
    const { id } = await admission.anApplication(stageId, 8, [first, 'VF'], [own, 'VF'], [second, 'VF']);
    return { id, first, second, own };
  }
  const decide = (id: string, { id: offeringId, institutionId }: OfferingAt, finding: object) =>
    api.as(schoolOf(institutionId)).put(`/suitability/${id}/${offeringId}`, finding);
  const findingsOf = async (id: string) =>
    (await api.as(ministry).get(`/applications/${id}`).expect(200)).body.preferences.map(
      ({ suitability }: { suitability: string }) => suitability,
    );

  it('judges for the others too, and not for its own other programmes', async () => {
    const { id, first, second } = await listed();
    await decide(id, first, { state: 'SUITABLE' }).expect(200);
    expect(await findingsOf(id)).toEqual(['SUITABLE', 'PENDING', 'SUITABLE']);
    const { body } = await decide(id, second, { state: 'UNSUITABLE', reason: 'HEALTH_REQUIREMENT' }).expect(409);
    expect(body.type).toMatch(/finding-bound$/);
    const { body: many } = await api
      .as(schoolOf(second.institutionId))
      .post('/suitability-decisions', {
        institutionId: second.institutionId,
        decisions: [{ applicationId: id, offeringId: second.id, state: 'UNSUITABLE', reason: 'HEALTH_REQUIREMENT' }],
      })
      .expect(200);
    expect(many).toEqual({ decided: 0, bound: 1, unchanged: 0 });
  });

  it('is followed when it finds otherwise later, or misses documents', async () => {
    const { id, first } = await listed();
    await decide(id, first, { state: 'NEEDS_DOCUMENTS' }).expect(422);
    await decide(id, first, { state: 'NEEDS_DOCUMENTS', reason: 'MEDICAL_CERTIFICATE' }).expect(200);
    expect(await findingsOf(id)).toEqual(['NEEDS_DOCUMENTS', 'PENDING', 'NEEDS_DOCUMENTS']);
    await decide(id, first, { state: 'SUITABLE' }).expect(200);
    expect(await findingsOf(id)).toEqual(['SUITABLE', 'PENDING', 'SUITABLE']);
  });

  it('binds nobody who judged before', async () => {
    const { id, first, second } = await listed();
    await decide(id, second, { state: 'UNSUITABLE', reason: 'HEALTH_REQUIREMENT' }).expect(200);
    await decide(id, first, { state: 'SUITABLE' }).expect(200);
    expect(await findingsOf(id)).toEqual(['SUITABLE', 'PENDING', 'UNSUITABLE']);
  });

  it('waits for documents of who has no grades (section 8)', async () => {
    const { first } = await listed();
    const learnerId = await admission.aLearner();
    const { body } = await api.as(ministry).get(`/offerings/${first.id}`);
    const { body: application } = await api
      .as(ministry)
      .post('/applications', {
        ...{ learnerId, stageId: body.stageId, education: 'SECONDARY', grades: [{ scale: 'NONE' }] },
        preferences: [{ offeringId: first.id, fundingType: 'VF' }],
      })
      .expect(201);
    expect(await findingsOf(application.id)).toEqual(['NEEDS_DOCUMENTS']);
    await api
      .as(ministry)
      .put(
        `/applications/${application.id}/grades`,
        { grades: [{ scale: 'FIVE', value: 4 }], reason: 'DOCUMENT_UPLOADED' },
        { 'if-match': '"1"' },
      )
      .expect(200);
    expect(await findingsOf(application.id)).toEqual(['PENDING']);
  });
});
