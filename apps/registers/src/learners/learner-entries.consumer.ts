import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

/** An enrolment opens a learner's record to the school; its end by cancellation or termination closes it again. */
@ApiExcludeController()
@Controller()
export class LearnerEntriesConsumer {
  @Consumes(EnrolmentPlannedV1)
  openRecordToSchoolWhenPlanned(event: EnrolmentPlannedV1, delivery: Delivery): Promise<void> {
    return keepEntry(event, delivery);
  }

  @Consumes(EnrolmentStartedV1)
  openRecordToSchoolWhenStarted(event: EnrolmentStartedV1, delivery: Delivery): Promise<void> {
    return keepEntry(event, delivery);
  }

  @Consumes(EnrolmentEndedV1)
  endEntry(event: EnrolmentEndedV1, delivery: Delivery): Promise<void> {
    return keepEntry(event, delivery);
  }
}

async function keepEntry(event: EnrolmentPlannedV1, { tx }: Delivery): Promise<void> {
  await tx.query(
    `INSERT INTO learner_entry AS e (enrolment_id, version, learner_id, institution_id, state, valid_from, valid_to)
     VALUES ($1, $2, $3, $4, $5, $6, $7::date + 1)
     ON CONFLICT (enrolment_id) DO UPDATE SET version = excluded.version, state = excluded.state,
       valid_from = excluded.valid_from, valid_to = excluded.valid_to
     WHERE e.version < excluded.version`,
    [
      event.enrolmentId,
      event.version,
      event.learnerId,
      event.institutionId,
      event.state,
      event.startsOn,
      event.endedOn ?? null,
    ],
  );
}
