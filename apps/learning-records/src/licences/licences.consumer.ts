import { Controller } from '@nestjs/common';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

/** Keeps what accreditation decides; a revocation ends the right on its effective day. */
@Controller()
export class LicencesConsumer {
  @Consumes(DecisionGrantedV1)
  async recordLicence(event: DecisionGrantedV1, { tx }: Delivery): Promise<void> {
    await tx.query(
      `INSERT INTO licence (decision_id, institution_id, programme_id, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (decision_id) DO UPDATE SET valid_from = excluded.valid_from, valid_to = excluded.valid_to`,
      [event.decisionId, event.institutionId, event.programmeId, event.validFrom, event.validTo ?? null],
    );
  }

  @Consumes(DecisionRevokedV1)
  endLicence(event: DecisionRevokedV1, delivery: Delivery): Promise<void> {
    return this.recordLicence(event, delivery);
  }
}
