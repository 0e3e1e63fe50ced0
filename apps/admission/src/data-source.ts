import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { migrationsIn } from '@meistras/platform/database/migrations-in';
import { AdmissionConfig } from './admission.config.js';
import { Agreement } from './agreements/agreement.entity.js';
import { Application } from './applications/application.entity.js';
import { Preference } from './applications/preference.entity.js';
import { Campaign } from './campaigns/campaign.entity.js';
import { Invitation } from './invitations/invitation.entity.js';
import { Accreditation } from './offerings/accreditation.entity.js';
import { Offering } from './offerings/offering.entity.js';
import { PolicyParameter } from './policies/policy-parameter.entity.js';
import { FundedPool } from './pools/funded-pool.entity.js';
import { KnownInstitution } from './reference/known-institution.entity.js';
import { KnownLearner } from './reference/known-learner.entity.js';
import { KnownProgramme } from './reference/known-programme.entity.js';
import { MatchingRun } from './runs/matching-run.entity.js';
import { QuarantineDecision } from './runs/quarantine-decision.entity.js';
import { Stage } from './stages/stage.entity.js';
import { Suitability } from './suitability/suitability.entity.js';

export const admission: ServiceDefinition = {
  name: 'admission',
  entities: [
    ...[KnownInstitution, KnownProgramme, KnownLearner, Accreditation, PolicyParameter],
    ...[Campaign, Stage, FundedPool, Offering, Application, Preference, Suitability],
    ...[MatchingRun, QuarantineDecision, Invitation, Agreement],
  ],
  migrations: await migrationsIn(new URL('./migrations/', import.meta.url)),
  config: AdmissionConfig,
};
