import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { SuitabilityModule } from '../suitability/suitability.module.js';
import { ApplicationsController } from './applications.controller.js';
import { ApplicationsService } from './applications.service.js';
import { DraftsController } from './drafts.controller.js';
import { DraftsService } from './drafts.service.js';
import { ScoresService } from './scores.service.js';

@Module({
  imports: [PoliciesModule, StagesModule, SuitabilityModule],
  controllers: [ApplicationsController, DraftsController],
  providers: [ApplicationsService, ScoresService, DraftsService],
  exports: [ApplicationsService],
})
export class ApplicationsModule {}
