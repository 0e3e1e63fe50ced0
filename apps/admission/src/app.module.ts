import { AgreementsModule } from './agreements/agreements.module.js';
import { ApplicationsModule } from './applications/applications.module.js';
import { ArtefactsModule } from './artefacts/artefacts.module.js';
import { CampaignsModule } from './campaigns/campaigns.module.js';
import { ComplaintsModule } from './complaints/complaints.module.js';
import { EntranceTestsModule } from './entrance-tests/entrance-tests.module.js';
import { InvitationsModule } from './invitations/invitations.module.js';
import { MeModule } from './me/me.module.js';
import { OfferingsModule } from './offerings/offerings.module.js';
import { PoliciesModule } from './policies/policies.module.js';
import { PoolsModule } from './pools/pools.module.js';
import { ReferenceModule } from './reference/reference.module.js';
import { RolloverModule } from './rollover/rollover.module.js';
import { RunsModule } from './runs/runs.module.js';
import { SimulationModule } from './simulation/simulation.module.js';
import { StagesModule } from './stages/stages.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { SuitabilityModule } from './suitability/suitability.module.js';
import { SummaryModule } from './summary/summary.module.js';
import { TrialRunsModule } from './trial-runs/trial-runs.module.js';

/** The table of contents of the service. */
export const features = [
  ReferenceModule,
  PoliciesModule,
  CampaignsModule,
  StagesModule,
  PoolsModule,
  OfferingsModule,
  ApplicationsModule,
  SuitabilityModule,
  EntranceTestsModule,
  RunsModule,
  TrialRunsModule,
  ArtefactsModule,
  InvitationsModule,
  AgreementsModule,
  ComplaintsModule,
  MeModule,
  StatisticsModule,
  SimulationModule,
  RolloverModule,
  SummaryModule,
];
