import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { RegisterModule } from '../register/register.module.js';
import { NonFormalProgrammesController } from './non-formal-programmes.controller.js';
import { NonFormalProgrammesImport } from './non-formal-programmes.import.js';
import { NonFormalProgrammesService } from './non-formal-programmes.service.js';

@Module({
  imports: [ClassifiersModule, ImportsModule, RegisterModule],
  controllers: [NonFormalProgrammesController],
  providers: [NonFormalProgrammesService, NonFormalProgrammesImport],
})
export class NonFormalProgrammesModule {}
