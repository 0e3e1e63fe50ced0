import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { LearnerEntriesController } from './learner-entries.controller.js';
import { LearnerEntriesService } from './learner-entries.service.js';

@Module({
  imports: [PoliciesModule],
  controllers: [LearnerEntriesController],
  providers: [LearnerEntriesService],
  exports: [LearnerEntriesService],
})
export class LearnerEntriesModule {}
