import { Module } from '@nestjs/common';
import { StagesModule } from '../stages/stages.module.js';
import { SuitabilityModule } from '../suitability/suitability.module.js';
import { EntranceTestsController } from './entrance-tests.controller.js';
import { EntranceTestsService } from './entrance-tests.service.js';

@Module({
  imports: [StagesModule, SuitabilityModule],
  controllers: [EntranceTestsController],
  providers: [EntranceTestsService],
})
export class EntranceTestsModule {}
