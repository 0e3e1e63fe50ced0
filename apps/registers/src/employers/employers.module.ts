import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { ClassifiersModule } from '../classifiers/classifiers.module.js';
import { RegisterModule } from '../register/register.module.js';
import { EmployersController } from './employers.controller.js';
import { EmployersImport } from './employers.import.js';
import { EmployersService } from './employers.service.js';

@Module({
  imports: [ClassifiersModule, ImportsModule, RegisterModule],
  controllers: [EmployersController],
  providers: [EmployersService, EmployersImport],
})
export class EmployersModule {}
