import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { SuitabilityModule } from '../suitability/suitability.module.js';
import { ApplicationReads } from './application.reads.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplicationsService } from './applications.service.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsService } from './drafts.service.js';
import { EligibilityService } from './eligibility.service.js';
import { OptionsService } from './options.service.js';
import { PreferenceListsService } from './preference-lists.service.js';
import { ScoresService } from './scores.service.js';
import { SubmissionsService } from './submissions.service.js';

@Module({
  imports: [PoliciesModule, StagesModule, SuitabilityModule],
  controllers: [ApplicationsController, DraftsController],
  providers: [
    ...[ApplicationsService, ApplicationReads, SubmissionsService, PreferenceListsService, ScoresService],
    ...[DraftsService, EligibilityService, OptionsService],
  ],
  exports: [ApplicationsService, OptionsService],
})
export class ApplicationsModule {}
