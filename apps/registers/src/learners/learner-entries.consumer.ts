import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { addDays } from '@meistras/platform/time/days';
import { LearnerEntry } from './learner-entry.entity.js';

/** An enrolment opens a learner's record to the school; its end by cancellation or termination closes it again. */
@ApiExcludeController()
@Controller()
export class LearnerEntriesConsumer {
  @Consumes(EnrolmentPlannedV1)
  openRecordToSchoolWhenPlanned(event: EnrolmentPlannedV1, delivery: Delivery): void {
    keepEntry(event, delivery);
  }

  @Consumes(EnrolmentStartedV1)
  openRecordToSchoolWhenStarted(event: EnrolmentStartedV1, delivery: Delivery): void {
    keepEntry(event, delivery);
  }

  @Consumes(EnrolmentEndedV1)
  endEntry(event: EnrolmentEndedV1, delivery: Delivery): void {
    keepEntry(event, delivery);
  }
}

function keepEntry(event: EnrolmentPlannedV1, { keep }: Delivery): void {
  keep(LearnerEntry, {
    ...event,
    validFrom: event.startsOn,
    validTo: event.endedOn === undefined ? null : addDays(event.endedOn, 1),
  });
}
