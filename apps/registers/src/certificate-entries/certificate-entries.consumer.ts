import { Controller } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import {
  CredentialIssuedV1,
  CredentialReplacedV1,
  CredentialRevokedV1,
} from '@meistras/contracts/events/learning-records/credential';
import { EnrolmentPlannedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { Consumes } from '@meistras/platform/inbox/consumes';
import type { Delivery } from '@meistras/platform/inbox/consumes';
import { CertificateEntriesService } from './certificate-entries.service.js';

@ApiExcludeController()
@Controller()
export class CertificateEntriesConsumer {
  constructor(private readonly entries: CertificateEntriesService) {}

  @Consumes(CredentialIssuedV1)
  registerCertificate(event: CredentialIssuedV1, delivery: Delivery): Promise<void> {
    return this.entries.follow(event, delivery);
  }

  @Consumes(CredentialReplacedV1)
  replaceCertificate(event: CredentialReplacedV1, delivery: Delivery): Promise<void> {
    return this.entries.follow(event, delivery);
  }

  @Consumes(CredentialRevokedV1)
  annulCertificate(event: CredentialRevokedV1, delivery: Delivery): Promise<void> {
    return this.entries.follow(event, delivery);
  }

  @Consumes(EnrolmentPlannedV1)
  refuseWhatPlannedUnderAnotherCode(event: EnrolmentPlannedV1, { tx }: Delivery): Promise<void> {
    return this.entries.refuseUnderAnotherCode(event, tx);
  }

  @Consumes(EnrolmentStartedV1)
  refuseWhatStartedUnderAnotherCode(event: EnrolmentStartedV1, { tx }: Delivery): Promise<void> {
    return this.entries.refuseUnderAnotherCode(event, tx);
  }
}
