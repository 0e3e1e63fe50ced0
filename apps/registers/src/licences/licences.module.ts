import { Module } from '@nestjs/common';
import { LicencesConsumer } from './licences.consumer.js';
import { LicencesController } from './licences.controller.js';
import { LicencesService } from './licences.service.js';

@Module({ controllers: [LicencesController, LicencesConsumer], providers: [LicencesService] })
export class LicencesModule {}
