import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ArtefactsModule } from '../artefacts/artefacts.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RolloverModule } from '../rollover/rollover.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { ExplanationFactsReader } from './explanation.facts.js';
import { ExplanationsService } from './explanations.service.js';
import { PublishedLimits } from './published-limits.js';
import { QuarantineService } from './quarantine.service.js';
import { RunEngine } from './run.engine.js';
import { RunExecutor } from './run.executor.js';
import { RunPlanner } from './run.planner.js';
import { RunPublisher } from './run.publisher.js';
import { RunStore } from './run.store.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';
import { StageClock } from './stage-clock.service.js';

@Module({
  imports: [ApplicationsModule, ArtefactsModule, InvitationsModule, PoliciesModule, RolloverModule, StagesModule],
  controllers: [RunsController],
  providers: [
    ...[RunsService, QuarantineService, StageClock],
    ...[ExplanationsService, ExplanationFactsReader, PublishedLimits],
    ...[RunExecutor, RunPlanner, RunEngine, RunPublisher, RunStore],
  ],
  exports: [RunPlanner, RunEngine],
})
export class RunsModule {}
