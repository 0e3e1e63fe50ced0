import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { DraftsModule } from '../drafts/drafts.module.js';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { LicencesModule } from '../licences/licences.module.js';
import { QualificationsModule } from '../qualifications/qualifications.module.js';
import { RegisterModule } from '../register/register.module.js';
import { ProgrammeDraftsController } from './programme-drafts.controller.js';
import { ProgrammesController } from './programmes.controller.js';
import { ProgrammesImport } from './programmes.import.js';
import { ProgrammesService } from './programmes.service.js';

@Module({
  imports: [
    ClassifiersModule,
    DraftsModule,
    EnrolmentsModule,
    ImportsModule,
    LicencesModule,
    QualificationsModule,
    RegisterModule,
  ],
  controllers: [ProgrammesController, ProgrammeDraftsController],
  providers: [ProgrammesService, ProgrammesImport],
  exports: [ProgrammesService],
})
export class ProgrammesModule {}
