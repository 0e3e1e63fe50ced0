import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RolloverModule } from '../rollover/rollover.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { ExplanationsService } from './explanations.service.js';
import { RunExecutor } from './run.executor.js';
import { RunLoader } from './run.loader.js';
import { RunPublisher } from './run.publisher.js';
import { RunStore } from './run.store.js';
import { RunsController } from './runs.controller.js';
import { RunsService } from './runs.service.js';
import { StageClock } from './stage-clock.service.js';

@Module({
  imports: [ApplicationsModule, InvitationsModule, PoliciesModule, RolloverModule, StagesModule],
  controllers: [RunsController],
  providers: [RunsService, ExplanationsService, RunExecutor, RunLoader, RunPublisher, RunStore, StageClock],
})
export class RunsModule {}
