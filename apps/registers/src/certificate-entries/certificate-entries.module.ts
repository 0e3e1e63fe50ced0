import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { RegisterModule } from '../register/register.module.js';
import { CertificateEntriesBulk } from './certificate-entries.bulk.js';
import { CertificateEntriesConsumer } from './certificate-entries.consumer.js';
import { CertificateEntriesController } from './certificate-entries.controller.js';
import { CertificateEntriesImport } from './certificate-entries.import.js';
import { CertificateSupplementsService } from './certificate-supplements.service.js';
import { CertificateEntriesService } from './certificate-entries.service.js';
import { SealedSupplements } from './sealed-supplements.service.js';

@Module({
  imports: [EnrolmentsModule, ImportsModule, PersonalDataModule, RegisterModule],
  controllers: [CertificateEntriesController, CertificateEntriesConsumer],
  providers: [
    CertificateEntriesService,
    CertificateSupplementsService,
    SealedSupplements,
    CertificateEntriesBulk,
    CertificateEntriesImport,
  ],
  exports: [CertificateSupplementsService],
})
export class CertificateEntriesModule {}
