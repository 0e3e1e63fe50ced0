import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { LearnersModule } from '../learners/learners.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { RegisterModule } from '../register/register.module.js';
import { LearnerFilesBulk } from './learner-files.bulk.js';
import { LearnerFilesController } from './learner-files.controller.js';
import { LearnerFilesImport } from './learner-files.import.js';
import { LearnerFilesService } from './learner-files.service.js';

@Module({
  imports: [ImportsModule, LearnersModule, PersonalDataModule, RegisterModule],
  controllers: [LearnerFilesController],
  providers: [LearnerFilesService, LearnerFilesBulk, LearnerFilesImport],
})
export class LearnerFilesModule {}
