import { Controller } from '@nestjs/common';
import { EnrolmentEndedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

@Controller()
export class AgreementsConsumer {
  /** R-ADM-35: an agreement binds until the learner leaves, not until the planned end. */
  @Consumes(EnrolmentEndedV1)
  async freeLearnerWhenEnrolmentEnds(event: EnrolmentEndedV1, { tx }: Delivery): Promise<void> {
    await tx.query('UPDATE agreement SET live_until = coalesce($2::date, starts_on - 1) WHERE id = $1', [
      event.agreementId,
      event.endedOn ?? null,
    ]);
  }
}
