import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { migrationsIn } from '@meistras/platform/database/migrations-in';
import { AdmissionConfig } from './admission.config.js';
import { Agreement } from './agreements/agreement.entity.js';
import { ApplicationDraft } from './applications/application-draft.entity.js';
import { ApplicationScore } from './applications/application-score.entity.js';
import { Application } from './applications/application.entity.js';
import { Preference } from './applications/preference.entity.js';
import { Campaign } from './campaigns/campaign.entity.js';
import { Complaint } from './complaints/complaint.entity.js';
import { EntranceTestResult } from './entrance-tests/entrance-test-result.entity.js';
import { EntranceTestSlot } from './entrance-tests/entrance-test-slot.entity.js';
import { Invitation } from './invitations/invitation.entity.js';
import { Accreditation } from './offerings/accreditation.entity.js';
import { Offering } from './offerings/offering.entity.js';
import { PolicyParameter } from './policies/policy-parameter.entity.js';
import { FundedPool } from './pools/funded-pool.entity.js';
import { KnownInstitution } from './reference/known-institution.entity.js';
import { KnownLearner } from './reference/known-learner.entity.js';
import { KnownProgramme } from './reference/known-programme.entity.js';
import { PlaceMovement } from './rollover/place-movement.entity.js';
import { MatchingRun } from './runs/matching-run.entity.js';
import { QuarantineDecision } from './runs/quarantine-decision.entity.js';
import { Stage } from './stages/stage.entity.js';
import { Suitability } from './suitability/suitability.entity.js';
import { TrialRun } from './trial-runs/trial-run.entity.js';

export const admission: ServiceDefinition = {
  name: 'admission',
  entities: [
    ...[KnownInstitution, KnownProgramme, KnownLearner, Accreditation, PolicyParameter],
    ...[Campaign, Stage, FundedPool, PlaceMovement, Offering],
    ...[Application, ApplicationDraft, ApplicationScore, Preference, Suitability],
    ...[EntranceTestSlot, EntranceTestResult, MatchingRun, QuarantineDecision, TrialRun],
    ...[Invitation, Agreement, Complaint],
  ],
  migrations: await migrationsIn(new URL('./migrations/', import.meta.url)),
  config: AdmissionConfig,
};
