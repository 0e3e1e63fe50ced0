import { Module } from '@nestjs/common';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { LicencesModule } from '../licences/licences.module.js';
import { ResultsModule } from '../results/results.module.js';
import { CredentialSigner } from './credential-signer.js';
import { CredentialsController } from './credentials.controller.js';
import { CredentialsService } from './credentials.service.js';
import { VerificationController } from './verification.controller.js';

@Module({
  imports: [EnrolmentsModule, LicencesModule, ResultsModule],
  controllers: [CredentialsController, VerificationController],
  providers: [CredentialsService, CredentialSigner],
})
export class CredentialsModule {}
