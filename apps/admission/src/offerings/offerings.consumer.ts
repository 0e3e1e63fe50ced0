import { Controller } from '@nestjs/common';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { OfferingsService } from './offerings.service.js';

@Controller()
export class OfferingsConsumer {
  constructor(private readonly offerings: OfferingsService) {}

  /** A later version of a grant may end it earlier, so this closes what is no longer covered, too. */
  @Consumes(DecisionGrantedV1)
  async openRightToOffer(event: DecisionGrantedV1, { tx }: Delivery): Promise<void> {
    await this.offerings.followDecision(tx, event);
  }

  /** R-REG-15, R-ACC-04. */
  @Consumes(DecisionRevokedV1)
  async closeOfferingsWhenAccreditationLapses(event: DecisionRevokedV1, { tx }: Delivery): Promise<void> {
    await this.offerings.followDecision(tx, event);
  }
}
