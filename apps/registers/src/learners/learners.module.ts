import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RegisterModule } from '../register/register.module.js';
import { LearnerAccessesController } from './learner-accesses.controller.js';
import { LearnerAccessesService } from './learner-accesses.service.js';
import { LearnerEntriesConsumer } from './learner-entries.consumer.js';
import { LearnerMergesService } from './learner-merges.service.js';
import { LearnerProtectionService } from './learner-protection.service.js';
import { LearnerSearchService } from './learner-search.service.js';
import { LearnersBulk } from './learners.bulk.js';
import { LearnersReading } from './learners.reading.js';
import { LearnersController } from './learners.controller.js';
import { LearnersImport } from './learners.import.js';
import { LearnerCodes } from './learner-codes.service.js';
import { LearnersService } from './learners.service.js';
import { ProtectedCodesService } from './protected-codes.service.js';

@Module({
  imports: [ClassifiersModule, EnrolmentsModule, ImportsModule, PersonalDataModule, PoliciesModule, RegisterModule],
  controllers: [LearnersController, LearnerAccessesController, LearnerEntriesConsumer],
  providers: [
    LearnersService,
    LearnerCodes,
    ProtectedCodesService,
    LearnerProtectionService,
    LearnersBulk,
    LearnersReading,
    LearnersImport,
    LearnerSearchService,
    LearnerMergesService,
    LearnerAccessesService,
  ],
  exports: [LearnersService, LearnerMergesService],
})
export class LearnersModule {}
