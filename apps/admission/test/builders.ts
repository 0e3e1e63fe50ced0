import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { LearnerRegisteredV1 } from '@meistras/contracts/events/registers/learner';
import { ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { startService } from '@meistras/testing/start-service';
import type { ServiceUnderTest } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import { features } from '../src/app.module.js';
import { admission } from '../src/data-source.js';
import type { PlanOfferingDto } from '../src/offerings/offerings.dto.js';
import { StageClock } from '../src/runs/stage-clock.service.js';
import type { PlanStageDto } from '../src/stages/stages.dto.js';
import { TrialExecutor } from '../src/trial-runs/trial.executor.js';

export const scopes = [
  'admission.policies:write',
  ...['campaigns', 'offerings', 'applications', 'suitability', 'invitations', 'agreements'].flatMap((resource) => [
    `admission.${resource}:read`,
    `admission.${resource}:write`,
  ]),
  'admission.suitability:decide',
  'admission.runs:read',
  'admission.runs:decide',
  'admission.trial-runs:write',
];

export const ministry: Caller = { scopes, national: true, clientId: 'ministry' };

export function schoolOf(...institutions: string[]): Caller {
  return { scopes, institutions, clientId: `school-${institutions[0] ?? ''}` };
}

/** A key for the artefacts of these tests. */
export const artefactKey = JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }));

/** Admission without its clock: specs turn it themselves. */
export function startAdmission(environment: Record<string, string> = {}): Admission {
  return new Admission(
    startService(admission, features, { STAGE_CLOCK: 'off', ARTEFACT_SIGNING_KEY: artefactKey, ...environment }),
  );
}

/** What signing needs (R-ADM-31, R-ADM-32); most learners of the specs are minors. */
export const signature = {
  documentsSeen: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'],
  guardianSigned: true,
};

/** Half past midnight to the last minute of 2026-08-05 in Vilnius; signing until 2026-08-17 14:00Z. */
export const windows = {
  applyFrom: '2026-05-31T21:00:00Z',
  applyUntil: '2026-08-05T21:00:00Z',
  signUntil: '2026-08-17T14:00:00Z',
};
export const before = '2026-05-01T08:00:00Z';
export const during = '2026-06-10T08:00:00Z';
export const locked = '2026-08-05T21:00:00Z';
export const signing = '2026-08-12T08:00:00Z';
export const after = '2026-08-17T14:00:00Z';

let year = 2025;
let serial = 0;

/** One running service with the words of its specs. */
export class Admission {
  constructor(readonly api: ServiceUnderTest) {}

  at(instant: string): void {
    this.api.clock.set(instant);
  }

  /** Lets the clock do all that is due. */
  async settle(): Promise<void> {
    while ((await this.api.app.get(StageClock).turn()) > 0);
  }

  /** Lets all trials end, and deletes what was thrown away. */
  async settleTrials(): Promise<void> {
    while ((await this.api.app.get(TrialExecutor).turn()) > 0);
  }

  async anInstitution(): Promise<string> {
    const institutionId = randomUUID();
    serial += 1;
    await this.api.consume(InstitutionRegisteredV1, {
      ...{ institutionId, version: 1, codeScheme: 'JAR', code: `3${String(serial).padStart(8, '0')}` },
      state: 'REGISTERED',
    });
    return institutionId;
  }

  async aProgramme(facts: Partial<ProgrammeRegisteredV1> = {}): Promise<string> {
    const programmeId = randomUUID();
    serial += 1;
    await this.api.consume(ProgrammeRegisteredV1, {
      ...{ programmeId, version: 1, codeScheme: 'SMPKR', code: `P43${String(serial).padStart(6, '0')}` },
      ...{ fieldCode: '0713', kind: 'INITIAL', eqfLevel: 4, credits: 110, state: 'REGISTERED' },
      ...facts,
    });
    return programmeId;
  }

  async aLearner(institutionId?: string, birthYear = 2009): Promise<string> {
    const learnerId = randomUUID();
    const registeredBy = institutionId === undefined ? {} : { institutionId };
    await this.api.consume(LearnerRegisteredV1, { learnerId, version: 1, birthYear, ...registeredBy });
    return learnerId;
  }

  async accredited(institutionId: string, programmeId: string): Promise<DecisionGrantedV1> {
    const decision: DecisionGrantedV1 = {
      ...{ decisionId: randomUUID(), version: 1, institutionId, programmeId, state: 'GRANTED' },
      ...{ validFrom: '2020-01-01', actNumber: 'V-1' },
    };
    await this.api.consume(DecisionGrantedV1, decision);
    return decision;
  }

  revoke(decision: DecisionGrantedV1, validTo: string): Promise<void> {
    const revoked = { ...decision, version: decision.version + 1, state: 'REVOKED' as const, validTo };
    return this.api.consume(DecisionRevokedV1, revoked);
  }

  /** A planned stage of a year of its own. */
  async aStage(facts: Partial<PlanStageDto> = {}): Promise<string> {
    year += 1;
    const { body: campaign } = await this.api.as(ministry).post('/campaigns', { year, planAct: 'V-1517' }).expect(201);
    const plan = { type: 'SUMMER', sequence: 1, startsOn: '2026-09-01', ...windows, ...facts };
    const { body } = await this.api.as(ministry).post(`/campaigns/${campaign.id}/stages`, plan).expect(201);
    return body.id as string;
  }

  /** An offering of an institution and a programme that may run it; of new ones unless named. */
  async anOffering(facts: Partial<PlanOfferingDto> & { stageId: string; fieldCode?: string }): Promise<OfferingAt> {
    const { fieldCode = '0713', ...plan } = facts;
    const institutionId = facts.institutionId ?? (await this.anInstitution());
    const programmeId = facts.programmeId ?? (await this.aProgramme({ fieldCode }));
    const decision = await this.accredited(institutionId, programmeId);
    const body = { fundedSeats: 2, nonFundedSeats: 1, ...plan, institutionId, programmeId };
    const { body: created } = await this.api.as(ministry).post('/offerings', body).expect(201);
    return { id: created.id as string, institutionId, programmeId, decision };
  }

  /** One application of a new learner; preferences as `[offering, 'VF']`. */
  async anApplication(stageId: string, grade: number, ...preferences: [OfferingAt, string][]): Promise<ApplicationAt> {
    const learnerId = await this.aLearner();
    const { body } = await this.api
      .as(ministry)
      .post('/applications', {
        ...{ learnerId, stageId, education: 'SECONDARY', grades: [{ scale: 'TEN', value: grade }] },
        preferences: preferences.map(([{ id: offeringId }, fundingType]) => ({ offeringId, fundingType })),
      })
      .expect(201);
    return { id: body.id as string, learnerId };
  }

  /** Finds every pending pair of the institution suitable. */
  async allSuitable(institutionId: string): Promise<void> {
    const school = this.api.as(schoolOf(institutionId));
    const query = `institutionId=${institutionId}&state=PENDING&limit=500`;
    const { body } = await school.get(`/suitability?${query}`).expect(200);
    const decisions = body.items.map(({ applicationId, offeringId }: Record<string, string>) => ({
      ...{ applicationId, offeringId, state: 'SUITABLE' },
    }));
    if (decisions.length > 0) await school.post('/suitability-decisions', { institutionId, decisions }).expect(200);
  }

  async setPools(stageId: string, quotas: Record<string, number>): Promise<void> {
    const pools = Object.entries(quotas).map(([fieldCode, planned]) => ({ fieldCode, planned }));
    await this.api.as(ministry).put(`/stages/${stageId}/pools`, { pools, act: 'V-1517' }).expect(200);
  }

  /** Runs the locked stage to the end. */
  async run(stageId: string): Promise<Record<string, unknown>> {
    const { body } = await this.api.as(ministry).post(`/stages/${stageId}/runs`).expect(202);
    await this.settle();
    return (
      await this.api
        .as(ministry)
        .get(`/runs/${String(body.id)}`)
        .expect(200)
    ).body;
  }

  async publish(runId: unknown): Promise<void> {
    await this.api
      .as(ministry)
      .post(`/runs/${String(runId)}/publish`)
      .expect(202);
    await this.settle();
  }

  async invitationsOf(stageId: string): Promise<Record<string, string>[]> {
    return (await this.api.as(ministry).get(`/invitations?stageId=${stageId}&limit=500`).expect(200)).body.items;
  }
}

export interface OfferingAt {
  id: string;
  institutionId: string;
  programmeId: string;
  decision: DecisionGrantedV1;
}

export interface ApplicationAt {
  id: string;
  learnerId: string;
}
