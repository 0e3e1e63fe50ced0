import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { SeedSource } from './seed-source.js';
import { StagesController } from './stages.controller.js';
import { StagesService } from './stages.service.js';

@Module({
  imports: [PoliciesModule],
  controllers: [StagesController],
  providers: [StagesService, SeedSource],
  exports: [StagesService, SeedSource],
})
export class StagesModule {}
