import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';

@ApiExcludeController()
@Controller()
export class LicencesConsumer {
  @Consumes(DecisionGrantedV1)
  issueLicence(event: DecisionGrantedV1, delivery: Delivery): Promise<void> {
    return keepLicence(event, delivery);
  }

  @Consumes(DecisionRevokedV1)
  endLicence(event: DecisionRevokedV1, delivery: Delivery): Promise<void> {
    return keepLicence(event, delivery);
  }
}

async function keepLicence(event: DecisionGrantedV1, { tx }: Delivery): Promise<void> {
  await tx.query(
    `INSERT INTO licence AS l (decision_id, version, institution_id, programme_id, state, valid_from, valid_to, act_number)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (decision_id) DO UPDATE SET version = excluded.version, state = excluded.state,
       valid_from = excluded.valid_from, valid_to = excluded.valid_to, act_number = excluded.act_number
     WHERE l.version < excluded.version`,
    [
      event.decisionId,
      event.version,
      event.institutionId,
      event.programmeId,
      event.state,
      event.validFrom,
      event.validTo ?? null,
      event.actNumber,
    ],
  );
}
