import { Module } from '@nestjs/common';
import { CertificateEntriesModule } from '../certificate-entries/certificate-entries.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { ErasuresController } from './erasures.controller.js';
import { ErasuresLoop } from './erasures.loop.js';
import { ErasuresService } from './erasures.service.js';
import { ForgettingService } from './forgetting.service.js';
import { LearnerErasures } from './learner-erasures.service.js';
import { StaffErasures } from './staff-erasures.service.js';

@Module({
  imports: [CertificateEntriesModule, PersonalDataModule, PoliciesModule],
  controllers: [ErasuresController],
  providers: [ErasuresService, LearnerErasures, StaffErasures, ForgettingService, ErasuresLoop],
})
export class ErasuresModule {}
