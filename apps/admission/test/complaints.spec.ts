import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, locked, ministry, schoolOf, scopes, signature, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('complaints (R-ADM-37)', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let wanted: OfferingAt;
  let other: OfferingAt;
  let placed: ApplicationAt;
  let second: ApplicationAt;
  let none: ApplicationAt;

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    wanted = await admission.anOffering({ stageId, fundedSeats: 1, nonFundedSeats: 0 });
    other = await admission.anOffering({ stageId, fundedSeats: 1, nonFundedSeats: 0 });
    await admission.setPools(stageId, { '07': 2 });
    admission.at(during);
    placed = await admission.anApplication(stageId, 10, [wanted, 'VF']);
    second = await admission.anApplication(stageId, 9, [wanted, 'VF'], [other, 'VF']);
    none = await admission.anApplication(stageId, 7, [wanted, 'VF']);
    for (const { institutionId } of [wanted, other]) await admission.allSuitable(institutionId);
    admission.at(locked);
    const run = await admission.run(stageId);
    admission.at('2026-08-11T08:00:00Z'); // a Tuesday
    await admission.publish(run['id']);
  });

  const file = (application: ApplicationAt, offering: OfferingAt, caller = ministry) =>
    api.as(caller).post('/complaints', {
      ...{ applicationId: application.id, offeringId: offering.id, fundingType: 'VF', ground: 'GRADE_MISSING' },
    });
  const decide = (id: string, state: string, version = 1) =>
    api
      .as(ministry)
      .put(
        `/complaints/${id}/decision`,
        { state, reason: 'The grade was entered too late by the register.' },
        { 'if-match': `"${version}"` },
      );
  const invitationsOf = async ({ id }: ApplicationAt) =>
    (await admission.invitationsOf(stageId))
      .filter(({ applicationId }) => applicationId === id)
      .map((one) => ({ offeringId: one['offeringId'], state: one['state'], overCapacity: one['overCapacity'] }));

  it('are about a listed place above the own result, and one at a time', async () => {
    expect((await file(placed, wanted).expect(422)).body.errors[0].code).toBe('NOT_BETTER');
    expect((await file(none, other).expect(422)).body.errors[0].code).toBe('NOT_LISTED');
    await file(none, wanted, schoolOf(wanted.institutionId)).expect(404);
    const person = { scopes, institutions: [], learnerId: none.learnerId };
    const { body } = await file(none, wanted, person).expect(201);
    // Ten working days from 11 August, Assumption Day among them (a Saturday in 2026).
    expect(body).toMatchObject({ state: 'OPEN', answerBy: '2026-08-25', learnerId: none.learnerId });
    expect((await file(none, wanted).expect(409)).body.type).toMatch(/complaint-open$/);
    await api.as(schoolOf(wanted.institutionId)).get(`/complaints/${body.id}`).expect(404);
    expect((await decide(body.id, 'REJECTED').expect(200)).body).toMatchObject({ state: 'REJECTED', version: 2 });
    expect(await invitationsOf(none)).toEqual([]);
    await decide(body.id, 'UPHELD', 2).expect(409);
  });

  it('won, invite on top of the places: nobody is displaced, and the place held before is free', async () => {
    const { body } = await file(second, wanted).expect(201);
    const { body: decided } = await decide(body.id, 'UPHELD').expect(200);
    expect(decided).toMatchObject({ state: 'UPHELD', invitationId: expect.any(String) });
    expect(await invitationsOf(second)).toEqual([
      { offeringId: other.id, state: 'ANNULLED', overCapacity: false },
      { offeringId: wanted.id, state: 'ISSUED', overCapacity: true },
    ]);
    expect(await invitationsOf(placed)).toEqual([{ offeringId: wanted.id, state: 'ISSUED', overCapacity: false }]);
    const issued = (await api.events('admission.invitation')).filter(({ key }) => key === decided.invitationId);
    expect(issued).toMatchObject([{ type: 'admission.invitation.issued.v1', payload: { overCapacity: true } }]);
  });

  it('may be signed for some working days, also after the stage has closed', async () => {
    const { body } = await file(none, wanted).expect(201);
    admission.at('2026-08-17T14:00:00Z');
    await admission.settle();
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('CLOSED');
    const { body: decided } = await decide(body.id, 'UPHELD').expect(200);
    const { body: invitation } = await api.as(ministry).get(`/invitations/${decided.invitationId}`).expect(200);
    expect(invitation.signBy).toBe('2026-08-24T21:00:00.000Z'); // five working days after Monday the 17th, at 24:00
    admission.at('2026-08-24T20:59:59.999Z');
    await api
      .as(schoolOf(wanted.institutionId))
      .post(`/invitations/${decided.invitationId}/agreement`, signature)
      .expect(201);
    const { body: summary } = await api.as(ministry).get(`/stages/${stageId}/summary`).expect(200);
    expect(summary).toMatchObject({ overCapacity: 2, agreements: 1, pools: [{ quota: 2, signed: 0, left: 2 }] });
  });

  it('lapse on their own day when nobody signs', async () => {
    admission.at('2026-08-20T21:00:00Z');
    await admission.settle();
    // Won on 11 August: signed until the 17th, 14:00Z, or five working days, whichever is later.
    expect(await invitationsOf(second)).toMatchObject([{ state: 'ANNULLED' }, { state: 'LAPSED' }]);
  });

  it('are taken for five working days after the results', async () => {
    admission.at('2026-08-18T20:59:59.999Z');
    const { body: problem } = await file(placed, other).expect(422);
    expect(problem.errors[0].code).toBe('NOT_LISTED');
    admission.at('2026-08-18T21:00:00.000Z');
    expect((await file(placed, other).expect(409)).body.type).toMatch(/complaint-late$/);
  });
});
