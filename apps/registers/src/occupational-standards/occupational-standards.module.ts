import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { RegisterModule } from '../register/register.module.js';
import { OccupationalStandardsController } from './occupational-standards.controller.js';
import { OccupationalStandardsImport } from './occupational-standards.import.js';
import { OccupationalStandardsService } from './occupational-standards.service.js';

@Module({
  imports: [ImportsModule, RegisterModule],
  controllers: [OccupationalStandardsController],
  providers: [OccupationalStandardsService, OccupationalStandardsImport],
  exports: [OccupationalStandardsService],
})
export class OccupationalStandardsModule {}
