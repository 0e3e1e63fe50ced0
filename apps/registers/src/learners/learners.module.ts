import { Module } from '@nestjs/common';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { LearnerEntriesConsumer } from './learner-entries.consumer.js';
import { LearnersController } from './learners.controller.js';
import { LearnersService } from './learners.service.js';
import { PersonalCodes } from './personal-codes.js';

@Module({
  imports: [ClassifiersModule],
  controllers: [LearnersController, LearnerEntriesConsumer],
  providers: [LearnersService, PersonalCodes],
})
export class LearnersModule {}
