import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { Enrolment } from './enrolment.entity.js';
import { EnrolmentsService } from './enrolments.service.js';

@ApiExcludeController()
@Controller()
export class EnrolmentsConsumer {
  constructor(private readonly enrolments: EnrolmentsService) {}

  @Consumes(EnrolmentPlannedV1)
  keepPlanned(event: EnrolmentPlannedV1, delivery: Delivery): Promise<void> {
    return this.keep(event, delivery);
  }

  @Consumes(EnrolmentStartedV1)
  keepStarted(event: EnrolmentStartedV1, delivery: Delivery): Promise<void> {
    return this.keep(event, delivery);
  }

  @Consumes(EnrolmentEndedV1)
  keepEnded(event: EnrolmentEndedV1, delivery: Delivery): Promise<void> {
    return this.keep(event, delivery);
  }

  private async keep(event: EnrolmentPlannedV1, delivery: Delivery): Promise<void> {
    delivery.keep(Enrolment, event);
    await this.enrolments.listIfLate(event, delivery);
  }
}
