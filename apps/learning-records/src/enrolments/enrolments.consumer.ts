import { Controller } from '@nestjs/common';
import { AgreementSignedV1, AgreementTerminatedV1 } from '@meistras/contracts/events/admission/agreement';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { EnrolmentsService } from './enrolments.service.js';

@Controller()
export class EnrolmentsConsumer {
  constructor(private readonly enrolments: EnrolmentsService) {}

  @Consumes(AgreementSignedV1)
  enrolWhenAgreementIsSigned(event: AgreementSignedV1, { tx }: Delivery): Promise<void> {
    return this.enrolments.follow(tx, event);
  }

  @Consumes(AgreementTerminatedV1)
  cancelWhenAgreementIsTerminated(event: AgreementTerminatedV1, { tx }: Delivery): Promise<void> {
    return this.enrolments.follow(tx, event);
  }
}
