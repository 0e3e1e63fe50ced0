import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { DraftsModule } from '../drafts/drafts.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RegisterModule } from '../register/register.module.js';
import { InstitutionDraftsController } from './institution-drafts.controller.js';
import { InstitutionDraftsService } from './institution-drafts.service.js';
import { InstitutionsController } from './institutions.controller.js';
import { InstitutionsImport } from './institutions.import.js';
import { InstitutionsService } from './institutions.service.js';

@Module({
  imports: [ClassifiersModule, DraftsModule, ImportsModule, PoliciesModule, RegisterModule],
  controllers: [InstitutionsController, InstitutionDraftsController],
  providers: [InstitutionsService, InstitutionDraftsService, InstitutionsImport],
  exports: [InstitutionsService],
})
export class InstitutionsModule {}
