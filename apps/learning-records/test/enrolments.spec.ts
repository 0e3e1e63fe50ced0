import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AgreementSignedV1, AgreementTerminatedV1 } from '@meistras/contracts/events/admission/agreement';
import { Enrolment } from '../src/enrolments/enrolment.entity.js';
import { EnrolmentsService } from '../src/enrolments/enrolments.service.js';
import { EnrolmentsStarter } from '../src/enrolments/enrolments.starter.js';
import { aSignedAgreement, ministry, schoolOf } from './builders.js';
import { startLearningRecords } from './service.js';

describe('an enrolment', () => {
  const api = startLearningRecords();
  // They are started by hand here; by its own clockwork one might be in hand at that very moment.
  beforeAll(() => api.app.get(EnrolmentsStarter).onApplicationShutdown());
  beforeEach(() => api.clock.set('2026-08-20T09:00:00Z'));
  const enrolmentOf = (agreementId: string): Promise<Enrolment | null> =>
    api.db.manager.findOneBy(Enrolment, { agreementId });
  const typesOf = async (key: string | undefined): Promise<string[]> =>
    (await api.events()).filter((event) => event.key === key).map((event) => `${event.type} ${event.version}`);

  it('is planned when an agreement is signed, once however often it is announced (R-LR-01)', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    await api.consume(AgreementSignedV1, agreement);
    const enrolment = await enrolmentOf(agreement.agreementId);
    expect(enrolment).toMatchObject({
      state: 'PLANNED',
      fundingSource: '11',
      learnerId: agreement.learnerId,
      programmeCode: 'P43061301',
    });
    expect(await typesOf(enrolment?.id)).toEqual(['learning-records.enrolment.planned.v1 1']);
    expect(await api.db.manager.countBy(Enrolment, { agreementId: agreement.agreementId })).toBe(1);
  });

  it('starts on its first day, by the national calendar (R-LR-02)', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    api.clock.set('2026-08-31T20:59:59Z');
    expect(await api.app.get(EnrolmentsService).startDue()).toBe(0);
    api.clock.set('2026-08-31T21:00:00Z');
    while ((await api.app.get(EnrolmentsService).startDue()) > 0);
    const enrolment = await enrolmentOf(agreement.agreementId);
    expect(enrolment).toMatchObject({ state: 'ACTIVE', version: 2 });
    expect(await typesOf(enrolment?.id)).toEqual([
      'learning-records.enrolment.planned.v1 1',
      'learning-records.enrolment.started.v1 2',
    ]);
  });

  it('starts at once when the agreement comes after the first day', async () => {
    const agreement = aSignedAgreement({ startsOn: '2026-08-20' });
    await api.consume(AgreementSignedV1, agreement);
    expect(await enrolmentOf(agreement.agreementId)).toMatchObject({ state: 'ACTIVE', version: 1 });
  });

  it('is cancelled when the agreement ends before teaching starts', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    await api.consume(AgreementTerminatedV1, {
      ...agreement,
      version: 2,
      state: 'TERMINATED',
      terminatedOn: '2026-08-21',
    });
    expect(await enrolmentOf(agreement.agreementId)).toMatchObject({ state: 'CANCELLED', endedOn: '2026-08-21' });
  });

  it('is the same when the end of the agreement arrives before its beginning', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementTerminatedV1, {
      ...agreement,
      version: 2,
      state: 'TERMINATED',
      terminatedOn: '2026-08-21',
    });
    await api.consume(AgreementSignedV1, agreement);
    const enrolment = await enrolmentOf(agreement.agreementId);
    expect(enrolment).toMatchObject({ state: 'CANCELLED', endedOn: '2026-08-21', version: 1 });
    expect(await typesOf(enrolment?.id)).toEqual(['learning-records.enrolment.ended.v1 1']);
  });

  it('ends when the learner leaves, with day and reason', async () => {
    api.clock.set('2026-10-10T09:00:00Z');
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    const { id } = (await enrolmentOf(agreement.agreementId)) ?? { id: '' };
    const school = api.as(schoolOf(agreement.institutionId));
    await school.post(`/enrolments/${id}/end`, { endedOn: '2026-10-11', reason: '12' }).expect(422);
    const { body } = await school.post(`/enrolments/${id}/end`, { endedOn: '2026-10-09', reason: '12' }).expect(200);
    expect(body).toMatchObject({ state: 'TERMINATED', endedOn: '2026-10-09', endReason: '12', version: 2 });
    expect((await typesOf(id)).at(-1)).toBe('learning-records.enrolment.ended.v1 2');
    await school.post(`/enrolments/${id}/end`, { endedOn: '2026-10-09', reason: '12' }).expect(409);
  });

  it('is seen by its institution and the ministry alone', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    const { id } = (await enrolmentOf(agreement.agreementId)) ?? { id: '' };
    const [own, foreign] = [api.as(schoolOf(agreement.institutionId)), api.as(schoolOf(randomUUID()))];
    await own.get(`/enrolments/${id}`).expect(200);
    await api.as(ministry).get(`/enrolments/${id}`).expect(200);
    await foreign.get(`/enrolments/${id}`).expect(404);
    await foreign.post(`/enrolments/${id}/end`, { endedOn: '2026-08-20', reason: '12' }).expect(404);
    await foreign.get(`/enrolments?institutionId=${agreement.institutionId}`).expect(404);
    expect((await foreign.get('/enrolments').expect(200)).body.items).toEqual([]);
    expect((await foreign.get('/enrolments/changes').expect(200)).body.items).toEqual([]);
    expect((await own.get('/enrolments').expect(200)).body.items).toMatchObject([{ id }]);
    expect((await own.get('/enrolments/changes').expect(200)).body.items).toMatchObject([{ id, version: 1 }]);
    await api
      .as({ ...ministry, scopes: [] })
      .get(`/enrolments/${id}`)
      .expect(403);
  });
});
