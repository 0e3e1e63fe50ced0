import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { Agreement } from '../src/agreements/agreement.entity.js';
import { after, before, during, locked, ministry, schoolOf, signature, signing, startAdmission } from './builders.js';
import type { Caller } from '@meistras/testing/tokens';
import type { OfferingAt } from './builders.js';

describe('signing', () => {
  const admission = startAdmission();
  const { api } = admission;

  /** A published stage in which these learners (or a new one) are invited to one state-funded offering. */
  async function invited(
    ...learners: string[]
  ): Promise<{ invitations: string[]; offering: OfferingAt; stageId: string }> {
    admission.at(before);
    const stageId = await admission.aStage();
    const offering = await admission.anOffering({ stageId, fundedSeats: 5 });
    await admission.setPools(stageId, { '07': 5 });
    admission.at(during);
    for (const learnerId of learners.length > 0 ? learners : [await admission.aLearner()]) {
      const body = {
        learnerId,
        stageId,
        education: 'SECONDARY',
        grades: [{ scale: 'TEN', value: 8 }],
        preferences: [{ offeringId: offering.id, fundingType: 'VF' }],
      };
      await api.as(ministry).post('/applications', body).expect(201);
    }
    await admission.allSuitable(offering.institutionId);
    admission.at(locked);
    await admission.publish((await admission.run(stageId))['id']);
    admission.at(signing);
    const invitations = (await admission.invitationsOf(stageId)).map((one) => String(one['id']));
    return { invitations, offering, stageId };
  }
  const sign = (id: string | undefined, { institutionId }: OfferingAt, headers = {}) =>
    api.as(schoolOf(institutionId)).post(`/invitations/${String(id)}/agreement`, signature, headers);
  const codeOf = (body: { type: string }) => body.type.split(':').at(-1);

  it('makes the agreement and announces it with the programme as it is', async () => {
    const { invitations, offering } = await invited();
    const key = { 'idempotency-key': 'the-same-key-1' };
    const { body: agreement } = await sign(invitations[0], offering, key).expect(201);
    expect(agreement).toMatchObject({
      ...{ version: 1, invitationId: invitations[0], fundingType: 'VF', fieldCode: '0713', eqfLevel: 4, credits: 110 },
      ...{ startsOn: '2026-09-01', plannedEndOn: '2028-06-30', signedAt: '2026-08-12T08:00:00.000Z', state: 'SIGNED' },
    });
    const again = await sign(invitations[0], offering, key).expect(201);
    expect(again.body).toEqual(agreement);
    expect(codeOf((await sign(invitations[0], offering).expect(409)).body)).toBe('invitation-signed');
    const events = (await api.events()).filter(({ key: aggregate }) =>
      [agreement.id, invitations[0]].includes(aggregate),
    );
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      'admission.invitation.issued.v1 1',
      'admission.agreement.signed.v1 1',
      'admission.invitation.signed.v1 2',
    ]);
    const { body: changes } = await api.as(schoolOf(offering.institutionId)).get('/agreements/changes').expect(200);
    expect(changes.items).toMatchObject([{ id: agreement.id, type: 'admission.agreement.signed.v1' }]);
  });

  it('needs the documents, and a guardian for a minor, and says all that is missing (R-ADM-31, R-ADM-32)', async () => {
    const { invitations, offering } = await invited();
    const at = api.as(schoolOf(offering.institutionId));
    const path = `/invitations/${String(invitations[0])}/agreement`;
    const { body: problem } = await at.post(path, { documentsSeen: ['IDENTITY'], signedBy: 'PROXY' }).expect(422);
    expect(problem.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      ...['/documentsSeen DOCUMENT_MISSING', '/documentsSeen DOCUMENT_MISSING', '/mandateHash MANDATE_MISSING'],
      '/guardianSigned GUARDIAN_MISSING',
    ]);
    const mandate = { signedBy: 'PROXY', mandateHash: 'a'.repeat(64) };
    const { body } = await at.post(path, { ...signature, ...mandate }).expect(201);
    expect(body).toMatchObject({ ...signature, signedBy: 'PROXY' });
    const stored = await api.db.manager.findOneByOrFail(Agreement, { id: body.id });
    expect(stored).toMatchObject(mandate);
    expect(JSON.stringify(await api.events('admission.agreement'))).not.toContain('documentsSeen');
  });

  it('does not follow when originals contradict what was declared: the invitation is annulled (R-ADM-29)', async () => {
    const { invitations, offering } = await invited();
    const [id] = invitations;
    const annul = (caller: Caller, reason = 'ORIGINALS_CONTRADICT') =>
      api.as(caller).post(`/invitations/${String(id)}/annul`, { reason });
    await annul(schoolOf(randomUUID())).expect(404);
    const own = schoolOf(offering.institutionId);
    expect((await annul(own).expect(200)).body).toMatchObject({
      ...{ state: 'ANNULLED', annulmentReason: 'ORIGINALS_CONTRADICT', version: 2 },
    });
    expect((await annul(own).expect(200)).body.version).toBe(2);
    expect(codeOf((await annul(own, 'OTHER').expect(409)).body)).toBe('invitation-annulled');
    expect(codeOf((await sign(id, offering).expect(409)).body)).toBe('invitation-annulled');
    const events = (await api.events('admission.invitation')).filter(({ key }) => key === id);
    expect(events.map(({ type }) => type)).toEqual([
      ...['admission.invitation.issued.v1', 'admission.invitation.annulled.v1'],
    ]);
  });

  it('takes place once when two hands sign at the same moment', async () => {
    const { invitations, offering } = await invited();
    const answers = await Promise.all([1, 2, 3].map(() => sign(invitations[0], offering)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(await api.db.manager.countBy(Agreement, { invitationId: String(invitations[0]) })).toBe(1);
  });

  it('is refused while another agreement on a state-funded place lives, also at the same moment (R-ADM-35)', async () => {
    const learnerId = await admission.aLearner();
    const first = await invited(learnerId);
    const second = await invited(learnerId);
    const answers = await Promise.all([
      sign(first.invitations[0], first.offering),
      sign(second.invitations[0], second.offering),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(codeOf(answers.find(({ status }) => status === 409)!.body)).toBe('live-agreement');
  });

  it('is open again when the first agreement ended before teaching (R-ADM-34)', async () => {
    const learnerId = await admission.aLearner();
    const first = await invited(learnerId);
    const second = await invited(learnerId);
    const { body: agreement } = await sign(first.invitations[0], first.offering).expect(201);
    await sign(second.invitations[0], second.offering).expect(409);
    const school = api.as(schoolOf(first.offering.institutionId));
    const end = { terminatedOn: '2026-08-12', reason: 'LEARNER_REQUEST' };
    const { body: ended } = await school.post(`/agreements/${agreement.id}/terminate`, end).expect(200);
    expect(ended).toMatchObject({ version: 2, state: 'TERMINATED', terminatedOn: '2026-08-12' });
    expect((await school.post(`/agreements/${agreement.id}/terminate`, end).expect(200)).body.version).toBe(2);
    const events = (await api.events('admission.agreement')).filter(({ key }) => key === agreement.id);
    expect(events.at(-1)).toMatchObject({ type: 'admission.agreement.terminated.v1', version: 2 });
    await sign(second.invitations[0], second.offering).expect(201);
    const { body: summary } = await api.as(ministry).get(`/stages/${first.stageId}/summary`).expect(200);
    expect(summary.pools).toMatchObject([{ quota: 5, signed: 1, terminatedBeforeStart: 1, left: 5 }]);
  });

  it('is open again when the enrolment ended', async () => {
    const learnerId = await admission.aLearner();
    const first = await invited(learnerId);
    const second = await invited(learnerId);
    const { body: agreement } = await sign(first.invitations[0], first.offering).expect(201);
    await api.consume(EnrolmentEndedV1, {
      ...{ enrolmentId: randomUUID(), version: 3, agreementId: agreement.id, learnerId, year: 2026 },
      ...{ institutionId: agreement.institutionId, programmeId: agreement.programmeId, programmeCode: 'P' },
      ...{ fieldCode: '0713', eqfLevel: 4, credits: 110, fundingSource: '11', startsOn: '2026-08-01' },
      ...{ plannedEndOn: '2028-06-30', endedOn: '2026-08-11', state: 'TERMINATED' as const },
    });
    await sign(second.invitations[0], second.offering).expect(201);
  });

  it('is closed when the window is over, the offering closed, or the invitation declined', async () => {
    const lapsed = await invited();
    admission.at(after);
    expect(codeOf((await sign(lapsed.invitations[0], lapsed.offering).expect(409)).body)).toBe('window-closed');
    await admission.settle();
    expect(codeOf((await sign(lapsed.invitations[0], lapsed.offering).expect(409)).body)).toBe('invitation-lapsed');
    const closed = await invited();
    await admission.revoke(closed.offering.decision, '2026-08-11');
    expect(codeOf((await sign(closed.invitations[0], closed.offering).expect(409)).body)).toBe('offering-closed');
    const declined = await invited();
    await api
      .as(ministry)
      .post(`/invitations/${String(declined.invitations[0])}/decline`)
      .expect(200);
    expect(codeOf((await sign(declined.invitations[0], declined.offering).expect(409)).body)).toBe(
      'invitation-declined',
    );
  });
});
