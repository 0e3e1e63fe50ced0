import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DecisionGrantedV1 } from '@meistras/contracts/events/accreditation/decision';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { LearnerChangedV1, LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { ProgrammeChangedV1, ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { before, during, ministry, schoolOf, startAdmission } from './builders.js';

describe('what admission knows by events', () => {
  const admission = startAdmission();
  const { api } = admission;

  const known = async () => ({
    institutions: await api.db.query('SELECT * FROM known_institution ORDER BY institution_id'),
    programmes: await api.db.query('SELECT * FROM known_programme ORDER BY programme_id'),
    learners: await api.db.query('SELECT * FROM known_learner ORDER BY learner_id'),
    accreditations: await api.db.query('SELECT * FROM accreditation ORDER BY decision_id'),
    offerings: await api.db.query('SELECT * FROM offering ORDER BY id'),
    events: await api.events('admission.offering'),
  });

  it('is the same after a replay and in any order', async () => {
    admission.at(before);
    const institutionId = randomUUID();
    const programmeId = randomUUID();
    const learnerId = randomUUID();
    const institution = {
      institutionId,
      version: 1,
      codeScheme: 'JAR',
      code: '188603091',
      state: 'REGISTERED' as const,
    };
    const programme = {
      ...{ programmeId, version: 1, codeScheme: 'SMPKR', code: 'P43071300', fieldCode: '0713' },
      ...{ kind: 'INITIAL' as const, eqfLevel: 4, credits: 110, state: 'REGISTERED' as const },
    };
    const learner = { learnerId, version: 1, birthYear: 2009 };
    const first = async () => {
      await api.consume(InstitutionRegisteredV1, institution);
      await api.consume(ProgrammeRegisteredV1, programme);
      await api.consume(LearnerRegisteredV1, learner);
    };
    const second = async () => {
      await api.consume(InstitutionChangedV1, { ...institution, version: 2, code: '399999157' });
      await api.consume(ProgrammeChangedV1, { ...programme, version: 2, credits: 90 });
      await api.consume(LearnerChangedV1, { ...learner, version: 2, institutionId });
    };
    await second();
    const straight = await known();
    expect(straight).toMatchObject({
      institutions: [{ code: '399999157' }],
      programmes: [{ credits: 90 }],
      learners: [{ institution_id: institutionId }],
    });
    await first();
    await second();
    await first();
    expect(await known()).toEqual(straight);
  });

  it('closes offerings when their accreditation lapses, once (R-REG-15, R-ACC-04)', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const lapsing = await admission.anOffering({ stageId });
    const covered = await admission.anOffering({ stageId });
    const other = await admission.anOffering({ stageId, institutionId: lapsing.institutionId });
    await admission.accredited(covered.institutionId, covered.programmeId);
    await admission.revoke(lapsing.decision, '2026-07-01');
    await admission.revoke(covered.decision, '2026-07-01');
    const after = await known();
    await admission.revoke(lapsing.decision, '2026-07-01');
    await api.consume(DecisionGrantedV1, lapsing.decision);
    expect(await known()).toEqual(after);
    const stateOf = async (id: string) => (await api.as(ministry).get(`/offerings/${id}`)).body.state;
    expect([await stateOf(lapsing.id), await stateOf(covered.id), await stateOf(other.id)]).toEqual([
      'CLOSED',
      'OPEN',
      'OPEN',
    ]);
    const events = after.events.filter(({ key }) => key === lapsing.id);
    expect(events.map(({ type, version }) => `${type} ${version}`)).toEqual([
      'admission.offering.planned.v1 1',
      'admission.offering.closed.v1 2',
    ]);
  });

  it('closes offerings when a decision is cut short, and leaves those that it still covers', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const cut = await admission.anOffering({ stageId });
    await api.consume(DecisionGrantedV1, { ...cut.decision, version: 2, validTo: '2026-09-02' });
    const stateOf = async () => (await api.as(ministry).get(`/offerings/${cut.id}`)).body.state;
    expect(await stateOf()).toBe('OPEN');
    await api.consume(DecisionGrantedV1, { ...cut.decision, version: 3, validTo: '2026-09-01' });
    expect(await stateOf()).toBe('CLOSED');
  });

  it('marks preferences of a closed offering, and takes no new ones', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const lapsing = await admission.anOffering({ stageId });
    const other = await admission.anOffering({ stageId });
    admission.at(during);
    const { id } = await admission.anApplication(stageId, 8, [lapsing, 'VF'], [other, 'VF']);
    await admission.revoke(lapsing.decision, '2026-07-01');
    const { body } = await api.as(ministry).get(`/applications/${id}`).expect(200);
    expect(body.preferences).toMatchObject([
      { standing: 'INELIGIBLE', ineligible: { rule: 'R-REG-15', code: 'OFFERING_CLOSED' } },
      { standing: 'ELIGIBLE' },
    ]);
    const preferences = [{ offeringId: lapsing.id, fundingType: 'VF' }];
    const { body: problem } = await api
      .as(ministry)
      .put(`/applications/${id}/preferences`, { preferences }, { 'if-match': '"1"' })
      .expect(422);
    expect(problem.errors[0].code).toBe('OFFERING_CLOSED');
  });

  it('lets the institution offer again under a new decision', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const { institutionId, programmeId, decision } = await admission.anOffering({ stageId });
    await admission.revoke(decision, '2026-07-01');
    const school = api.as(schoolOf(institutionId));
    const body = { stageId, institutionId, programmeId, fundedSeats: 1, nonFundedSeats: 0 };
    await school.post('/offerings', body).expect(409);
    await admission.accredited(institutionId, programmeId);
    await school.post('/offerings', body).expect(201);
  });
});
