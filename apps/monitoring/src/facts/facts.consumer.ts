import { Controller } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AgreementSignedV1, AgreementTerminatedV1 } from '@meistras/contracts/events/admission/agreement';
import {
  ApplicationChangedV1,
  ApplicationSubmittedV1,
  ApplicationWithdrawnV1,
} from '@meistras/contracts/events/admission/application';
import {
  InvitationDeclinedV1,
  InvitationIssuedV1,
  InvitationLapsedV1,
  InvitationSignedV1,
} from '@meistras/contracts/events/admission/invitation';
import { OfferingChangedV1, OfferingClosedV1, OfferingPlannedV1 } from '@meistras/contracts/events/admission/offering';
import { CommitmentAdjustedV1, CommitmentCreatedV1 } from '@meistras/contracts/events/finance/commitment';
import { CredentialIssuedV1, CredentialRevokedV1 } from '@meistras/contracts/events/learning-records/credential';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import { InstitutionChangedV1, InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import type { FactKind } from './fact.entity.js';

interface CountedFact {
  kind: FactKind;
  subjectId: string;
  year: number;
  institutionId?: string;
  fieldCode?: string;
  fundingType?: string;
  state: string;
  quantity: number;
}

/** Keeps the newest state of what is counted. Every number of the service comes from these rows alone. */
@Controller()
export class FactsConsumer {
  @Consumes(InstitutionRegisteredV1)
  async placeInstitution(event: InstitutionRegisteredV1, { tx }: Delivery): Promise<void> {
    await tx.query(
      `INSERT INTO institution_place (institution_id, county_code, municipality_code) VALUES ($1, $2, $3)
       ON CONFLICT (institution_id) DO UPDATE SET county_code = excluded.county_code, municipality_code = excluded.municipality_code`,
      [event.institutionId, event.countyCode ?? null, event.municipalityCode ?? null],
    );
  }

  @Consumes(InstitutionChangedV1)
  moveInstitution(event: InstitutionChangedV1, delivery: Delivery): Promise<void> {
    return this.placeInstitution(event, delivery);
  }

  @Consumes(OfferingPlannedV1)
  countPlaces(event: OfferingPlannedV1, { tx }: Delivery): Promise<void> {
    const { offeringId: subjectId, year, institutionId, fieldCode, state } = event;
    return keep(tx, {
      kind: 'PLACES',
      subjectId,
      year,
      institutionId,
      fieldCode,
      state,
      quantity: event.fundedSeats + event.nonFundedSeats,
    });
  }

  @Consumes(OfferingChangedV1)
  recountPlaces(event: OfferingChangedV1, delivery: Delivery): Promise<void> {
    return this.countPlaces(event, delivery);
  }

  @Consumes(OfferingClosedV1)
  closePlaces(event: OfferingClosedV1, delivery: Delivery): Promise<void> {
    return this.countPlaces(event, delivery);
  }

  @Consumes(ApplicationSubmittedV1)
  countApplication(event: ApplicationSubmittedV1, { tx }: Delivery): Promise<void> {
    const { applicationId: subjectId, year, state } = event;
    return keep(tx, { kind: 'APPLICATION', subjectId, year, state, quantity: 1 });
  }

  @Consumes(ApplicationChangedV1)
  recountApplication(event: ApplicationChangedV1, delivery: Delivery): Promise<void> {
    return this.countApplication(event, delivery);
  }

  @Consumes(ApplicationWithdrawnV1)
  withdrawApplication(event: ApplicationWithdrawnV1, delivery: Delivery): Promise<void> {
    return this.countApplication(event, delivery);
  }

  @Consumes(InvitationIssuedV1)
  countInvitation(event: InvitationIssuedV1, { tx }: Delivery): Promise<void> {
    const { invitationId: subjectId, year, institutionId, fundingType, state } = event;
    return keep(tx, { kind: 'INVITATION', subjectId, year, institutionId, fundingType, state, quantity: 1 });
  }

  @Consumes(InvitationSignedV1)
  signInvitation(event: InvitationSignedV1, delivery: Delivery): Promise<void> {
    return this.countInvitation(event, delivery);
  }

  @Consumes(InvitationLapsedV1)
  lapseInvitation(event: InvitationLapsedV1, delivery: Delivery): Promise<void> {
    return this.countInvitation(event, delivery);
  }

  @Consumes(InvitationDeclinedV1)
  declineInvitation(event: InvitationDeclinedV1, delivery: Delivery): Promise<void> {
    return this.countInvitation(event, delivery);
  }

  @Consumes(AgreementSignedV1)
  countAgreement(event: AgreementSignedV1, { tx }: Delivery): Promise<void> {
    const { agreementId: subjectId, year, institutionId, fieldCode, fundingType, state } = event;
    return keep(tx, { kind: 'AGREEMENT', subjectId, year, institutionId, fieldCode, fundingType, state, quantity: 1 });
  }

  @Consumes(AgreementTerminatedV1)
  terminateAgreement(event: AgreementTerminatedV1, delivery: Delivery): Promise<void> {
    return this.countAgreement(event, delivery);
  }

  @Consumes(EnrolmentPlannedV1)
  countEnrolment(event: EnrolmentPlannedV1, { tx }: Delivery): Promise<void> {
    const { enrolmentId: subjectId, year, institutionId, fieldCode, state } = event;
    return keep(tx, { kind: 'ENROLMENT', subjectId, year, institutionId, fieldCode, state, quantity: 1 });
  }

  @Consumes(EnrolmentStartedV1)
  startEnrolment(event: EnrolmentStartedV1, delivery: Delivery): Promise<void> {
    return this.countEnrolment(event, delivery);
  }

  @Consumes(EnrolmentEndedV1)
  endEnrolment(event: EnrolmentEndedV1, delivery: Delivery): Promise<void> {
    return this.countEnrolment(event, delivery);
  }

  @Consumes(CredentialIssuedV1)
  countCredential(event: CredentialIssuedV1, { tx }: Delivery): Promise<void> {
    const { credentialId: subjectId, institutionId, state } = event;
    return keep(tx, {
      kind: 'CREDENTIAL',
      subjectId,
      year: Number(event.issuedOn.slice(0, 4)),
      institutionId,
      state,
      quantity: 1,
    });
  }

  @Consumes(CredentialRevokedV1)
  revokeCredential(event: CredentialRevokedV1, delivery: Delivery): Promise<void> {
    return this.countCredential(event, delivery);
  }

  @Consumes(CommitmentCreatedV1)
  sumCommitment(event: CommitmentCreatedV1, { tx }: Delivery): Promise<void> {
    const {
      commitmentId: subjectId,
      calendarYear: year,
      institutionId,
      fieldCode,
      state,
      amountMinor: quantity,
    } = event;
    return keep(tx, { kind: 'COMMITMENT', subjectId, year, institutionId, fieldCode, state, quantity });
  }

  @Consumes(CommitmentAdjustedV1)
  adjustCommitment(event: CommitmentAdjustedV1, delivery: Delivery): Promise<void> {
    return this.sumCommitment(event, delivery);
  }
}

async function keep(tx: EntityManager, fact: CountedFact): Promise<void> {
  await tx.query(
    `INSERT INTO fact (kind, subject_id, year, institution_id, field_code, funding_type, state, quantity) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (kind, subject_id) DO UPDATE SET year = excluded.year, institution_id = excluded.institution_id,
       field_code = excluded.field_code, funding_type = excluded.funding_type, state = excluded.state, quantity = excluded.quantity`,
    [
      fact.kind,
      fact.subjectId,
      fact.year,
      fact.institutionId ?? null,
      fact.fieldCode ?? null,
      fact.fundingType ?? null,
      fact.state,
      fact.quantity,
    ],
  );
}
