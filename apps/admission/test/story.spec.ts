import { describe, expect, it } from '@jest/globals';
import { after, before, during, locked, ministry, schoolOf, signing, startAdmission, signature } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

/** The worked run of admission.md 5.2 told through the API: field H with quota 3, field I with quota 1. */
describe('a stage from its plan to its close', () => {
  const admission = startAdmission();
  const { api } = admission;
  const applications: Record<string, ApplicationAt> = {};
  const k: Record<string, OfferingAt> = {};
  let stageId = '';
  let runId = '';

  it('takes seats and quotas while it is planned', async () => {
    admission.at(before);
    stageId = await admission.aStage();
    k['K1'] = await admission.anOffering({ stageId, fieldCode: '0713', fundedSeats: 2, nonFundedSeats: 1 });
    k['K2'] = await admission.anOffering({ stageId, fieldCode: '0714', fundedSeats: 2, nonFundedSeats: 0 });
    k['S1'] = await admission.anOffering({ stageId, fieldCode: '1013', fundedSeats: 1, nonFundedSeats: 1 });
    await admission.setPools(stageId, { '07': 3, '10': 1 });
  });

  it('opens by the clock with a seed commitment and takes applications', async () => {
    admission.at(during);
    await admission.settle();
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    expect(stage).toMatchObject({ state: 'OPEN', seedCommitment: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(stage.seed).toBeUndefined();
    const { K1, K2, S1 } = k as Record<'K1' | 'K2' | 'S1', OfferingAt>;
    applications['a1'] = await admission.anApplication(stageId, 10, [K1, 'VF'], [K2, 'VF']);
    applications['a2'] = await admission.anApplication(stageId, 9, [S1, 'VF'], [K1, 'VF']);
    applications['a3'] = await admission.anApplication(stageId, 8, [K1, 'VF'], [K2, 'VF'], [K1, 'VNF']);
    applications['a4'] = await admission.anApplication(stageId, 7, [K1, 'VF'], [K2, 'VF']);
    applications['a5'] = await admission.anApplication(stageId, 6, [S1, 'VF'], [K1, 'VF'], [K1, 'VNF']);
    applications['a6'] = await admission.anApplication(stageId, 5, [K2, 'VF']);
    for (const { institutionId } of Object.values(k)) await admission.allSuitable(institutionId);
  });

  it('is locked at the deadline, run, and verified', async () => {
    admission.at(locked);
    const run = await admission.run(stageId);
    expect(run).toMatchObject({ state: 'COMPLETED', verified: true, applicants: 6, placed: 5 });
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    expect(stage).toMatchObject({ state: 'MATCHED', runId: run['id'] });
    runId = String(run['id']);
  });

  it('reveals the seed and invites everyone placed once', async () => {
    admission.at(signing);
    await api.as(ministry).get(`/applications/${applications['a1']!.id}/explanation`).expect(409);
    await admission.publish(runId);
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    expect(stage).toMatchObject({ state: 'SIGNING', seed: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const places = (await admission.invitationsOf(stageId)).map(
      (one) =>
        `${nameOf(applications, one['applicationId'])} ${nameOf(k, one['offeringId'])} ${one['fundingType'] ?? ''}`,
    );
    expect(places.sort()).toEqual(['a1 K1 VF', 'a2 S1 VF', 'a3 K1 VF', 'a4 K2 VF', 'a5 K1 VNF']);
  });

  it('tells each applicant why', async () => {
    const codes = async (name: string) => {
      const { body } = await api.as(ministry).get(`/applications/${applications[name]!.id}/explanation`).expect(200);
      return body.options.map((one: Record<string, unknown>) => one['code']);
    };
    expect(await codes('a1')).toEqual(['OBTAINED', 'NOT_REACHED']);
    expect(await codes('a5')).toEqual(['BELOW_OFFERING_CUTOFF', 'BELOW_OFFERING_CUTOFF', 'OBTAINED']);
    const { body, headers } = await api
      .as(ministry)
      .get(`/applications/${applications['a6']!.id}/explanation`, { 'accept-language': 'en' })
      .expect(200);
    expect(headers['content-language']).toBe('en');
    expect(body.options).toEqual([
      expect.objectContaining({
        text: expect.stringContaining('field 07 (3) are given out, though seats of the programme are free (1)'),
        ...{ code: 'BELOW_FIELD_CUTOFF', decidedBy: 'SCORE', places: 3, seatsFree: 1, fieldCode: '07' },
        ...{ own: expect.objectContaining({ score: 5 }), cutOff: { score: 7 } },
      }),
    ]);
  });

  it('is signed, declined or lapses, and closes', async () => {
    const invitations = await admission.invitationsOf(stageId);
    const of = (name: string) => invitations.find((one) => one['applicationId'] === applications[name]!.id)!;
    for (const name of ['a1', 'a2', 'a5']) {
      const { id, institutionId } = of(name);
      await api
        .as(schoolOf(String(institutionId)))
        .post(`/invitations/${String(id)}/agreement`, signature)
        .expect(201);
    }
    await api
      .as(ministry)
      .post(`/invitations/${String(of('a3')['id'])}/decline`)
      .expect(200);
    admission.at(after);
    await admission.settle();
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    expect(stage.state).toBe('CLOSED');
    const states = (await admission.invitationsOf(stageId)).map(
      (one) => `${nameOf(applications, one['applicationId'])} ${one['state'] ?? ''}`,
    );
    expect(states.sort()).toEqual(['a1 SIGNED', 'a2 SIGNED', 'a3 DECLINED', 'a4 LAPSED', 'a5 SIGNED']);
  });

  it('has a summary that reconciles, and quotas that roll over (F-ADM-4)', async () => {
    const { body } = await api.as(ministry).get(`/stages/${stageId}/summary`).expect(200);
    expect(body).toMatchObject({
      ...{ applications: 6, withdrawn: 0, invited: 5, open: 0, signed: 3, lapsed: 1, declined: 1, notPlaced: 1 },
      ...{ agreements: 3, quota: 4, fundedSeats: 5, nonFundedSeats: 2 },
    });
    expect(body.pools).toEqual([
      expect.objectContaining({ fieldCode: '07', quota: 3, invited: 3, signed: 1, unfilled: 0, left: 2 }),
      expect.objectContaining({ fieldCode: '10', quota: 1, invited: 1, signed: 1, unfilled: 0, left: 0 }),
    ]);
  });

  it('announced every aggregate version by version', async () => {
    const events = await api.events();
    const last = new Map<string, number>();
    for (const { type, key, version } of events) {
      const aggregate = `${type.split('.').slice(0, 2).join('.')} ${key}`;
      expect(version).toBe((last.get(aggregate) ?? 0) + 1);
      last.set(aggregate, version);
    }
    const stages = events.filter(({ key }) => key === stageId).map(({ payload }) => payload['state']);
    expect(stages).toEqual(['PLANNED', 'OPEN', 'ORDERING', 'LOCKED', 'MATCHED', 'PUBLISHED', 'SIGNING', 'CLOSED']);
    const agreement = events.find(({ type }) => type === 'admission.agreement.signed.v1');
    expect(agreement?.payload).toMatchObject({ credits: 110, startsOn: '2026-09-01', plannedEndOn: '2028-06-30' });
  });
});

function nameOf(things: Record<string, { id: string }>, id: string | undefined): string {
  return Object.keys(things).find((name) => things[name]?.id === id) ?? '?';
}
