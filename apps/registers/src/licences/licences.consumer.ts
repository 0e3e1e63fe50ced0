import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  DecisionGrantedV1,
  DecisionReinstatedV1,
  DecisionRevokedV1,
  DecisionSuspendedV1,
} from '@meistras/contracts/events/accreditation/decision';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { LicencesService } from './licences.service.js';

@ApiExcludeController()
@Controller()
export class LicencesConsumer {
  constructor(private readonly licences: LicencesService) {}

  @Consumes(DecisionGrantedV1)
  issueLicence(event: DecisionGrantedV1, { tx }: Delivery): Promise<void> {
    return this.licences.follow(tx, event);
  }

  @Consumes(DecisionSuspendedV1)
  suspendLicence(event: DecisionSuspendedV1, { tx }: Delivery): Promise<void> {
    return this.licences.follow(tx, event);
  }

  @Consumes(DecisionReinstatedV1)
  reinstateLicence(event: DecisionReinstatedV1, { tx }: Delivery): Promise<void> {
    return this.licences.follow(tx, event);
  }

  @Consumes(DecisionRevokedV1)
  endLicence(event: DecisionRevokedV1, { tx }: Delivery): Promise<void> {
    return this.licences.follow(tx, event);
  }
}
