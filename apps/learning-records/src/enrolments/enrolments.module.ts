import { Module } from '@nestjs/common';
import { EnrolmentsConsumer } from './enrolments.consumer.js';
import { EnrolmentsController } from './enrolments.controller.js';
import { EnrolmentsService } from './enrolments.service.js';
import { EnrolmentsStarter } from './enrolments.starter.js';

@Module({
  controllers: [EnrolmentsController, EnrolmentsConsumer],
  providers: [EnrolmentsService, EnrolmentsStarter],
  exports: [EnrolmentsService],
})
export class EnrolmentsModule {}
