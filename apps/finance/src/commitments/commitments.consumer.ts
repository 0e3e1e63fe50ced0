import { Controller } from '@nestjs/common';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { CommitmentsService } from './commitments.service.js';

@Controller()
export class CommitmentsConsumer {
  constructor(private readonly commitments: CommitmentsService) {}

  @Consumes(EnrolmentStartedV1)
  commitWhenEnrolmentStarts(event: EnrolmentStartedV1, { tx, eventId }: Delivery): Promise<void> {
    return this.commitments.follow(tx, event, eventId);
  }

  @Consumes(EnrolmentEndedV1)
  reverseWhenEnrolmentEnds(event: EnrolmentEndedV1, { tx, eventId }: Delivery): Promise<void> {
    return this.commitments.follow(tx, event, eventId);
  }
}
