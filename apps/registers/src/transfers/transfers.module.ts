import { Module } from '@nestjs/common';
import { LearnersModule } from '../learners/learners.module.js';
import { PersonalDataModule } from '../personal-data/personal-data.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RegisterModule } from '../register/register.module.js';
import { TransfersController } from './transfers.controller.js';
import { TransfersService } from './transfers.service.js';

@Module({
  imports: [LearnersModule, PersonalDataModule, PoliciesModule, RegisterModule],
  controllers: [TransfersController],
  providers: [TransfersService],
})
export class TransfersModule {}
