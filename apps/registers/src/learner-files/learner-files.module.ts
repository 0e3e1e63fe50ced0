import { Module } from '@nestjs/common';
import { LearnersModule } from '../learners/learners.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { RegisterModule } from '../register/register.module.js';
import { LearnerFilesController } from './learner-files.controller.js';
import { LearnerFilesService } from './learner-files.service.js';

@Module({
  imports: [LearnersModule, PersonalDataModule, RegisterModule],
  controllers: [LearnerFilesController],
  providers: [LearnerFilesService],
})
export class LearnerFilesModule {}
