import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { SuitabilityController } from './suitability.controller.js';
import { SuitabilityService } from './suitability.service.js';

@Module({
  imports: [PoliciesModule, StagesModule],
  controllers: [SuitabilityController],
  providers: [SuitabilityService],
  exports: [SuitabilityService],
})
export class SuitabilityModule {}
