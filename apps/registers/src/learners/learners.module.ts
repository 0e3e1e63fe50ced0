import { Module } from '@nestjs/common';
import { AccessTrail } from '@meistras/platform/access-log/access-trail';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { Clock } from '@meistras/platform/time/clock';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { RegisterModule } from '../register/register.module.js';
import { LearnerAccessesController } from './learner-accesses.controller.js';
import { LearnerAccessesService } from './learner-accesses.service.js';
import { LearnerEntriesConsumer } from './learner-entries.consumer.js';
import { LearnerMergesService } from './learner-merges.service.js';
import { LearnerSearchService } from './learner-search.service.js';
import { LearnersBulk } from './learners.bulk.js';
import { LearnersController } from './learners.controller.js';
import { LearnersImport } from './learners.import.js';
import { LearnersService } from './learners.service.js';
import { PersonalCodes } from './personal-codes.js';

@Module({
  imports: [ClassifiersModule, EnrolmentsModule, ImportsModule, RegisterModule],
  controllers: [LearnersController, LearnerAccessesController, LearnerEntriesConsumer],
  providers: [
    LearnersService,
    LearnersBulk,
    LearnersImport,
    LearnerSearchService,
    LearnerMergesService,
    LearnerAccessesService,
    PersonalCodes,
    {
      provide: AccessTrail,
      useFactory: (clock: Clock, codes: PersonalCodes) => new AccessTrail(clock, (userId) => codes.pseudonymOf(userId)),
      inject: [Clock, PersonalCodes],
    },
  ],
  exports: [LearnersService, LearnerMergesService],
})
export class LearnersModule {}
