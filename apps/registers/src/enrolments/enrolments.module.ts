import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { EnrolmentsConsumer } from './enrolments.consumer.js';
import { EnrolmentsService } from './enrolments.service.js';
import { LateEntriesController } from './late-entries.controller.js';

@Module({
  imports: [PoliciesModule],
  controllers: [EnrolmentsConsumer, LateEntriesController],
  providers: [EnrolmentsService],
  exports: [EnrolmentsService],
})
export class EnrolmentsModule {}
