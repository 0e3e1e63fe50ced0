import { Controller } from '@nestjs/common';
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
import {
  InstitutionChangedV1,
  InstitutionKeyChangedV1,
  InstitutionRegisteredV1,
} from '@meistras/contracts/events/registers/institution';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import type { LooseRow } from '@meistras/platform/database/rows';
import { Fact } from './fact.entity.js';
import { InstitutionPlace } from './institution-place.entity.js';

/** Keeps the newest state of what is counted. Every number of the service comes from these rows alone. */
@Controller()
export class FactsConsumer {
  @Consumes(InstitutionRegisteredV1)
  placeInstitution(event: InstitutionRegisteredV1, { keep }: Delivery): void {
    keep(InstitutionPlace, event);
  }

  @Consumes(InstitutionChangedV1)
  moveInstitution(event: InstitutionChangedV1, delivery: Delivery): void {
    this.placeInstitution(event, delivery);
  }

  @Consumes(InstitutionKeyChangedV1)
  recodeInstitution(event: InstitutionKeyChangedV1, delivery: Delivery): void {
    this.placeInstitution(event, delivery);
  }

  @Consumes(OfferingPlannedV1)
  countPlaces(event: OfferingPlannedV1, delivery: Delivery): void {
    const { offeringId: subjectId, year, institutionId, fieldCode, state } = event;
    count(delivery, {
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
  recountPlaces(event: OfferingChangedV1, delivery: Delivery): void {
    this.countPlaces(event, delivery);
  }

  @Consumes(OfferingClosedV1)
  closePlaces(event: OfferingClosedV1, delivery: Delivery): void {
    this.countPlaces(event, delivery);
  }

  @Consumes(ApplicationSubmittedV1)
  countApplication(event: ApplicationSubmittedV1, delivery: Delivery): void {
    const { applicationId: subjectId, year, state } = event;
    count(delivery, { kind: 'APPLICATION', subjectId, year, state, quantity: 1 });
  }

  @Consumes(ApplicationChangedV1)
  recountApplication(event: ApplicationChangedV1, delivery: Delivery): void {
    this.countApplication(event, delivery);
  }

  @Consumes(ApplicationWithdrawnV1)
  withdrawApplication(event: ApplicationWithdrawnV1, delivery: Delivery): void {
    this.countApplication(event, delivery);
  }

  @Consumes(InvitationIssuedV1)
  countInvitation(event: InvitationIssuedV1, delivery: Delivery): void {
    const { invitationId: subjectId, year, institutionId, fundingType, state } = event;
    count(delivery, { kind: 'INVITATION', subjectId, year, institutionId, fundingType, state, quantity: 1 });
  }

  @Consumes(InvitationSignedV1)
  signInvitation(event: InvitationSignedV1, delivery: Delivery): void {
    this.countInvitation(event, delivery);
  }

  @Consumes(InvitationLapsedV1)
  lapseInvitation(event: InvitationLapsedV1, delivery: Delivery): void {
    this.countInvitation(event, delivery);
  }

  @Consumes(InvitationDeclinedV1)
  declineInvitation(event: InvitationDeclinedV1, delivery: Delivery): void {
    this.countInvitation(event, delivery);
  }

  @Consumes(AgreementSignedV1)
  countAgreement(event: AgreementSignedV1, delivery: Delivery): void {
    const { agreementId: subjectId, year, institutionId, fieldCode, fundingType, state } = event;
    count(delivery, { kind: 'AGREEMENT', subjectId, year, institutionId, fieldCode, fundingType, state, quantity: 1 });
  }

  @Consumes(AgreementTerminatedV1)
  terminateAgreement(event: AgreementTerminatedV1, delivery: Delivery): void {
    this.countAgreement(event, delivery);
  }

  @Consumes(EnrolmentPlannedV1)
  countEnrolment(event: EnrolmentPlannedV1, delivery: Delivery): void {
    const { enrolmentId: subjectId, year, institutionId, fieldCode, state } = event;
    count(delivery, { kind: 'ENROLMENT', subjectId, year, institutionId, fieldCode, state, quantity: 1 });
  }

  @Consumes(EnrolmentStartedV1)
  startEnrolment(event: EnrolmentStartedV1, delivery: Delivery): void {
    this.countEnrolment(event, delivery);
  }

  @Consumes(EnrolmentEndedV1)
  endEnrolment(event: EnrolmentEndedV1, delivery: Delivery): void {
    this.countEnrolment(event, delivery);
  }

  @Consumes(CredentialIssuedV1)
  countCredential(event: CredentialIssuedV1, delivery: Delivery): void {
    const { credentialId: subjectId, institutionId, state } = event;
    count(delivery, {
      kind: 'CREDENTIAL',
      subjectId,
      year: Number(event.issuedOn.slice(0, 4)),
      institutionId,
      state,
      quantity: 1,
    });
  }

  @Consumes(CredentialRevokedV1)
  revokeCredential(event: CredentialRevokedV1, delivery: Delivery): void {
    this.countCredential(event, delivery);
  }

  @Consumes(CommitmentCreatedV1)
  sumCommitment(event: CommitmentCreatedV1, delivery: Delivery): void {
    const {
      commitmentId: subjectId,
      calendarYear: year,
      institutionId,
      fieldCode,
      state,
      amountMinor: quantity,
    } = event;
    count(delivery, { kind: 'COMMITMENT', subjectId, year, institutionId, fieldCode, state, quantity });
  }

  @Consumes(CommitmentAdjustedV1)
  adjustCommitment(event: CommitmentAdjustedV1, delivery: Delivery): void {
    this.sumCommitment(event, delivery);
  }
}

type Counted = Omit<LooseRow<Fact>, 'quantity'> & { quantity: number };

function count({ keep }: Delivery, fact: Counted): void {
  keep(Fact, { ...fact, quantity: String(fact.quantity) });
}
