import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { RegisterModule } from '../register/register.module.js';
import { InstitutionsController } from './institutions.controller.js';
import { InstitutionsImport } from './institutions.import.js';
import { InstitutionsService } from './institutions.service.js';

@Module({
  imports: [ClassifiersModule, ImportsModule, RegisterModule],
  controllers: [InstitutionsController],
  providers: [InstitutionsService, InstitutionsImport],
  exports: [InstitutionsService],
})
export class InstitutionsModule {}
