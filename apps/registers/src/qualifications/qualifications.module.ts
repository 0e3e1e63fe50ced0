import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { OccupationalStandardsModule } from '../occupational-standards/occupational-standards.module.js';
import { RegisterModule } from '../register/register.module.js';
import { QualificationsController } from './qualifications.controller.js';
import { QualificationsImport } from './qualifications.import.js';
import { QualificationsService } from './qualifications.service.js';

@Module({
  imports: [ClassifiersModule, OccupationalStandardsModule, ImportsModule, RegisterModule],
  controllers: [QualificationsController],
  providers: [QualificationsService, QualificationsImport],
  exports: [QualificationsService],
})
export class QualificationsModule {}
