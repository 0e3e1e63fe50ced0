import { Module } from '@nestjs/common';
import { RegisterModule } from '../register/register.module.js';
import { LicencesConsumer } from './licences.consumer.js';
import { LicencesController } from './licences.controller.js';
import { LicencesService } from './licences.service.js';

@Module({
  imports: [RegisterModule],
  controllers: [LicencesController, LicencesConsumer],
  providers: [LicencesService],
  exports: [LicencesService],
})
export class LicencesModule {}
