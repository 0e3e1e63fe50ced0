import { Module } from '@nestjs/common';
import { LearnerEntriesModule } from '../learner-entries/learner-entries.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { MeController } from './me.controller.js';
import { MeService } from './me.service.js';

@Module({ imports: [LearnerEntriesModule, PersonalDataModule], controllers: [MeController], providers: [MeService] })
export class MeModule {}
