import { Module } from '@nestjs/common';
import { LicencesConsumer } from './licences.consumer.js';
import { LicencesService } from './licences.service.js';

@Module({ controllers: [LicencesConsumer], providers: [LicencesService], exports: [LicencesService] })
export class LicencesModule {}
