import { Module } from '@nestjs/common';
import { EnrolmentsModule } from '../enrolments/enrolments.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { RegisterModule } from '../register/register.module.js';
import { CertificateEntriesConsumer } from './certificate-entries.consumer.js';
import { CertificateEntriesController } from './certificate-entries.controller.js';
import { CertificateEntriesService } from './certificate-entries.service.js';

@Module({
  imports: [EnrolmentsModule, PersonalDataModule, RegisterModule],
  controllers: [CertificateEntriesController, CertificateEntriesConsumer],
  providers: [CertificateEntriesService],
})
export class CertificateEntriesModule {}
