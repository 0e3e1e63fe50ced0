import { Module } from '@nestjs/common';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { CorrectionsController } from './corrections.controller.js';
import { CorrectionsService } from './corrections.service.js';

@Module({ imports: [PersonalDataModule], controllers: [CorrectionsController], providers: [CorrectionsService] })
export class CorrectionsModule {}
