import { Controller } from '@nestjs/common';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { Licence } from './licence.entity.js';

/** Keeps what accreditation decides; a revocation ends the right on its effective day. */
@Controller()
export class LicencesConsumer {
  @Consumes(DecisionGrantedV1)
  recordLicence(event: DecisionGrantedV1, { keep }: Delivery): void {
    keep(Licence, event);
  }

  @Consumes(DecisionRevokedV1)
  endLicence(event: DecisionRevokedV1, { keep }: Delivery): void {
    keep(Licence, event);
  }
}
