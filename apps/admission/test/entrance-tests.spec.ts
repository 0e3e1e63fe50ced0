import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, ministry, schoolOf, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('entrance tests (R-ADM-20)', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let first: OfferingAt;
  let second: OfferingAt;
  let plain: OfferingAt;
  let slotId = '';

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    first = await admission.anOffering({ stageId, entranceTest: true });
    second = await admission.anOffering({ stageId, entranceTest: true, programmeId: first.programmeId });
    plain = await admission.anOffering({ stageId });
    admission.at(during);
    slotId = await plan(first.institutionId, '2026-07-15T06:00:00Z', 2);
  });

  async function plan(institutionId: string, startsAt: string, places = 5): Promise<string> {
    const body = { stageId, programmeId: first.programmeId, institutionId, startsAt, places };
    return (await api.as(schoolOf(institutionId)).post('/entrance-test-slots', body).expect(201)).body.id as string;
  }
  const suitabilityOf = async ({ id }: ApplicationAt) =>
    (await api.as(ministry).get(`/applications/${id}`).expect(200)).body.preferences.map(
      ({ suitability }: { suitability: string }) => suitability,
    );
  const register = (learnerId: string, slot = slotId) =>
    api.as(ministry).post(`/entrance-test-slots/${slot}/registrations`, { learnerId });
  const results = (list: object[], institutionId = first.institutionId, slot = slotId) =>
    api.as(schoolOf(institutionId)).put(`/entrance-test-slots/${slot}/results`, { results: list });

  it('are planned by their centre for programmes that ask for one, before findings are fixed', async () => {
    const body = { stageId, programmeId: plain.programmeId, institutionId: plain.institutionId, places: 5 };
    const at = api.as(schoolOf(plain.institutionId));
    await at.post('/entrance-test-slots', { ...body, startsAt: '2026-07-15T06:00:00Z' }).expect(409);
    const late = { ...body, programmeId: first.programmeId, startsAt: '2026-08-06T06:00:00Z' };
    expect((await at.post('/entrance-test-slots', late).expect(422)).body.errors[0].code).toBe('AFTER_FINDINGS');
    await at
      .post('/entrance-test-slots', { ...body, institutionId: first.institutionId, startsAt: late.startsAt })
      .expect(404);
    const { body: list } = await at.get(`/entrance-test-slots?programmeId=${first.programmeId}`).expect(200);
    expect(list.items).toMatchObject([{ id: slotId, places: 2, registered: 0 }]);
  });

  it('count at every institution that runs the programme, whoever judges the rest', async () => {
    const passes = await admission.anApplication(stageId, 8, [first, 'VF'], [second, 'VF'], [plain, 'VF']);
    const fails = await admission.anApplication(stageId, 8, [first, 'VF'], [second, 'VF']);
    expect(await suitabilityOf(passes)).toEqual(['NEEDS_TEST', 'NEEDS_TEST', 'PENDING']);
    for (const { learnerId } of [passes, fails]) await register(learnerId).expect(201);
    const third = await admission.anApplication(stageId, 8, [first, 'VF']);
    expect((await register(third.learnerId).expect(409)).body.type).toMatch(/test-full$/);
    const stated = [
      { learnerId: passes.learnerId, result: 'PASSED' },
      { learnerId: fails.learnerId, result: 'FAILED' },
    ];
    await results(stated).expect(409); // not held yet
    admission.at('2026-07-15T09:00:00Z');
    await results(stated, second.institutionId).expect(404);
    expect((await results([{ learnerId: third.learnerId, result: 'PASSED' }]).expect(422)).body.errors).toMatchObject([
      { pointer: '/results/0/learnerId', code: 'NOT_REGISTERED' },
    ]);
    expect((await results(stated).expect(200)).body).toEqual({ stated: 2, unchanged: 0 });
    expect((await results(stated).expect(200)).body).toEqual({ stated: 0, unchanged: 2 });
    expect(await suitabilityOf(passes)).toEqual(['SUITABLE', 'SUITABLE', 'PENDING']);
    expect(await suitabilityOf(fails)).toEqual(['UNSUITABLE', 'UNSUITABLE']);
    const { body: problem } = await api
      .as(schoolOf(first.institutionId))
      .put(`/suitability/${third.id}/${first.id}`, { state: 'SUITABLE' })
      .expect(422);
    expect(problem.errors[0].code).toBe('NEEDS_TEST');
    // Passed once this year, no test is needed again.
    admission.at('2026-07-16T09:00:00Z');
    const { body } = await api.as(ministry).get(`/applications/${passes.id}`);
    await api
      .as(ministry)
      .put(
        `/applications/${passes.id}/preferences`,
        { preferences: [{ offeringId: second.id, fundingType: 'VNF' }] },
        { 'if-match': `"${body.version}"` },
      )
      .expect(200);
    expect(await suitabilityOf(passes)).toEqual(['SUITABLE']);
  });

  it('are corrected: a result stated anew counts', async () => {
    admission.at('2026-07-10T09:00:00Z');
    const slot = await plan(second.institutionId, '2026-07-20T06:00:00Z');
    const application = await admission.anApplication(stageId, 8, [first, 'VF']);
    await register(application.learnerId, slot).expect(201);
    admission.at('2026-07-20T09:00:00Z');
    await results([{ learnerId: application.learnerId, result: 'FAILED' }], second.institutionId, slot).expect(200);
    await results([{ learnerId: application.learnerId, result: 'PASSED' }], second.institutionId, slot).expect(200);
    expect(await suitabilityOf(application)).toEqual(['SUITABLE']);
  });

  it('come too late for who lists the programme less than 24 hours before the last one', async () => {
    admission.at('2026-07-19T06:00:00.001Z'); // the last test is on the 20th at 06:00
    const late = await admission.anApplication(stageId, 8, [first, 'VF']);
    const { body } = await api.as(ministry).get(`/applications/${late.id}`).expect(200);
    expect(body.preferences).toMatchObject([{ standing: 'INELIGIBLE', ineligible: { rule: 'R-ADM-20' } }]);
    admission.at('2026-07-19T06:00:00.000Z');
    const inTime = await admission.anApplication(stageId, 8, [first, 'VF']);
    expect((await api.as(ministry).get(`/applications/${inTime.id}`)).body.preferences[0].standing).toBe('ELIGIBLE');
  });
});
