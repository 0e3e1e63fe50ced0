import { beforeAll, describe, expect, it } from '@jest/globals';
import { Application } from '../src/applications/application.entity.js';
import { before, during, locked, ministry, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

describe('POST /applications', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offerings: OfferingAt[] = [];

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    for (let i = 0; i < 4; i += 1) offerings = [...offerings, await admission.anOffering({ stageId })];
    admission.at(during);
  });

  const grades = [8, 7, 9, 6, 10, 7, 8, 9, 7, 8, 6].map((value) => ({ scale: 'TEN', value }));
  const choices = (...numbers: number[]) => numbers.map((i) => ({ offeringId: offerings[i]!.id, fundingType: 'VF' }));
  const body = (learnerId: string, facts: object = {}) => ({
    ...{ learnerId, stageId, education: 'SECONDARY', grades, preferences: choices(0, 1) },
    ...facts,
  });

  it('scores, lists and announces', async () => {
    const learnerId = await admission.aLearner();
    const { body: created, headers } = await api.as(ministry).post('/applications', body(learnerId)).expect(201);
    expect(headers['etag']).toBe('"1"');
    expect(created).toMatchObject({
      ...{ learnerId, stageId, score: 7.7273, scoreFormula: 'F-ADM-1/1', state: 'SUBMITTED' },
      preferences: [
        { rank: 1, offeringId: offerings[0]!.id, suitability: 'PENDING', standing: 'ELIGIBLE' },
        { rank: 2, offeringId: offerings[1]!.id, suitability: 'PENDING', standing: 'ELIGIBLE' },
      ],
    });
    expect(await api.db.manager.findOneBy(Application, { id: created.id })).toMatchObject({ score: 77_273 });
    const events = (await api.events('admission.application')).filter(({ key }) => key === created.id);
    expect(events).toMatchObject([
      { type: 'admission.application.submitted.v1', version: 1, payload: { learnerId, preferences: 2 } },
    ]);
    expect(JSON.stringify(events)).not.toContain('grades');
  });

  it('takes one application of a learner and stage, and answers a repeated request the same', async () => {
    const learnerId = await admission.aLearner();
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(ministry).post('/applications', body(learnerId), key).expect(201);
    const again = await api.as(ministry).post('/applications', body(learnerId), key).expect(201);
    expect(again.text).toBe(first.text);
    const { body: problem } = await api.as(ministry).post('/applications', body(learnerId)).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:admission:application-taken');
    await api
      .as(ministry)
      .post('/applications', body(learnerId, { grades: [] }), key)
      .expect(422);
  });

  it('takes more at once than there are connections to the database', async () => {
    const learners = await Promise.all(Array.from({ length: 15 }, () => admission.aLearner()));
    const answers = await Promise.all(learners.map((id) => api.as(ministry).post('/applications', body(id))));
    expect(answers.map(({ status }) => status)).toEqual(learners.map(() => 201));
  });

  it('refuses a fourth preference with the limit and its basis (R-ADM-13)', async () => {
    const learnerId = await admission.aLearner();
    const { body: problem } = await api
      .as(ministry)
      .post('/applications', body(learnerId, { preferences: choices(0, 1, 2, 3) }))
      .expect(422);
    expect(problem).toMatchObject({
      type: 'urn:meistras:problem:admission:limit-exceeded',
      errors: [{ code: 'LIMIT_EXCEEDED', message: expect.stringMatching(/At most 3 .*R-ADM-13/) }],
    });
  });

  it('names all faults of the list, of the grades and of the form', async () => {
    const learnerId = await admission.aLearner();
    const post = async (facts: object) =>
      (await api.as(ministry).post('/applications', body(learnerId, facts)).expect(422)).body.errors.map(
        ({ pointer, code }: Record<string, string>) => `${pointer ?? ''} ${code ?? ''}`,
      );
    const unknown = { offeringId: '0198c0de-0000-7000-8000-000000000001', fundingType: 'VF' };
    expect(await post({ preferences: [...choices(0, 0), unknown] })).toEqual([
      '/preferences/1 OPTION_REPEATED',
      '/preferences/2 OFFERING_UNKNOWN',
    ]);
    expect(await post({ grades: [{ scale: 'FIVE', value: 6 }] })).toEqual(['/grades/0/value GRADE_OUT_OF_SCALE']);
    expect(await post({ grades: [{ scale: 'TEN', value: 0 }], rank: 1 })).toEqual([
      '/rank UNKNOWN',
      '/grades/0/value MIN',
    ]);
    expect(await post({ preferences: [] })).toEqual(['/preferences ARRAY_MIN_SIZE']);
  });

  it('keeps a preference without the right to state funding and says why (F-ADM-2)', async () => {
    const learnerId = await admission.aLearner();
    const preferences = [...choices(0), { offeringId: offerings[0]!.id, fundingType: 'VNF' }];
    const { body: created } = await api
      .as(ministry)
      .post('/applications', body(learnerId, { preferences, heldQualifications: [{ kind: 'VET' }] }))
      .expect(201);
    expect(created.preferences).toMatchObject([
      {
        ...{ fundingType: 'VF', standing: 'INELIGIBLE' },
        ineligible: { rule: 'F-ADM-2', code: 'QUALIFICATION_ALREADY_HELD', facts: { held: 1 } },
      },
      { fundingType: 'VNF', standing: 'ELIGIBLE' },
    ]);
  });

  it('is open from the year in which the learner is 14 (R-ADM-01)', async () => {
    const old = await admission.aLearner(undefined, 2012);
    const young = await admission.aLearner(undefined, 2013);
    await api.as(ministry).post('/applications', body(old)).expect(201);
    const { body: problem } = await api.as(ministry).post('/applications', body(young)).expect(422);
    expect(problem.errors[0].code).toBe('TOO_YOUNG');
  });

  it('replaces the whole list under If-Match', async () => {
    const { id } = await admission.anApplication(stageId, 8, [offerings[0]!, 'VF']);
    const save = (headers: Record<string, string>) =>
      api.as(ministry).put(`/applications/${id}/preferences`, { preferences: choices(2, 1) }, headers);
    await save({}).expect(428);
    const { body: saved } = await save({ 'if-match': '"1"' }).expect(200);
    expect(saved.preferences.map((one: { offeringId: string }) => one.offeringId)).toEqual([
      offerings[2]!.id,
      offerings[1]!.id,
    ]);
    await save({ 'if-match': '"1"' }).expect(412);
    const events = (await api.events('admission.application')).filter(({ key }) => key === id);
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      'admission.application.submitted.v1 1',
      'admission.application.changed.v1 2',
    ]);
  });

  it('answers a saved list as it is read afterwards: in order, with the findings that each offering has', async () => {
    const learnerId = await admission.aLearner();
    const { body: created } = await api
      .as(ministry)
      .post('/applications', body(learnerId, { grades: [{ scale: 'NONE' }] }))
      .expect(201);
    const read = async () => (await api.as(ministry).get(`/applications/${created.id}`).expect(200)).body as object;
    expect(await read()).toEqual(created);
    expect(created.preferences[0].suitability).toBe('NEEDS_DOCUMENTS');

    await api
      .as(ministry)
      .put(`/suitability/${created.id}/${offerings[1]!.id}`, {
        state: 'NEEDS_DOCUMENTS',
        reason: 'MEDICAL_CERTIFICATE',
      })
      .expect(200);
    const preferences = [...choices(2, 1), { offeringId: offerings[2]!.id, fundingType: 'VNF' }];
    const { body: saved } = await api
      .as(ministry)
      .put(`/applications/${created.id}/preferences`, { preferences, ordered: false }, { 'if-match': '"1"' })
      .expect(200);
    expect(await read()).toEqual(saved);
    expect(saved).toMatchObject({ version: 2, ordered: false, preferences: [{ rank: 1 }, { rank: 2 }, { rank: 3 }] });
  });

  it('saves one of two lists that were made from the same version at the same time', async () => {
    const { id } = await admission.anApplication(stageId, 8, [offerings[0]!, 'VF']);
    const save = (...numbers: number[]) =>
      api
        .as(ministry)
        .put(`/applications/${id}/preferences`, { preferences: choices(...numbers) }, { 'if-match': '"1"' });
    const answers = await Promise.all([save(1, 2), save(3), save(2, 0)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    const kept = answers.find(({ status }) => status === 200)!.body as object;
    expect((await api.as(ministry).get(`/applications/${id}`).expect(200)).body).toEqual(kept);
    const events = (await api.events('admission.application')).filter(({ key }) => key === id);
    expect(events.map(({ version }) => version)).toEqual([1, 2]);
  });

  it('is not saved when its stage was closed while it waited for it', async () => {
    const { id } = await admission.anApplication(stageId, 8, [offerings[0]!, 'VF']);
    const closing = api.db.createQueryRunner();
    await closing.startTransaction();
    await closing.query(`UPDATE stage SET state = 'ORDERING', version = version + 1 WHERE id = $1`, [stageId]);
    const waiting = api
      .as(ministry)
      .put(`/applications/${id}/preferences`, { preferences: choices(1) }, { 'if-match': '"1"' })
      .then((answer) => answer);
    await api.blocked();
    await closing.commitTransaction();
    const { status, body: problem } = await waiting;
    await closing.query(`UPDATE stage SET state = 'OPEN', version = version + 1 WHERE id = $1`, [stageId]);
    await closing.release();
    expect([status, problem.type]).toEqual([409, 'urn:meistras:problem:admission:window-closed']);
    const { body: kept } = await api.as(ministry).get(`/applications/${id}`).expect(200);
    expect(kept).toMatchObject({ version: 1, preferences: [{ offeringId: offerings[0]!.id }] });
  });

  it('is withdrawn once, also after the deadline', async () => {
    const { id } = await admission.anApplication(stageId, 8, [offerings[0]!, 'VF']);
    admission.at(locked);
    await admission.settle();
    const { body: withdrawn } = await api.as(ministry).post(`/applications/${id}/withdraw`).expect(200);
    expect(withdrawn).toMatchObject({ state: 'WITHDRAWN', version: 2 });
    const { body: again } = await api.as(ministry).post(`/applications/${id}/withdraw`).expect(200);
    expect(again.version).toBe(2);
  });
});
