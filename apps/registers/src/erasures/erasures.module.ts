import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { ErasuresController } from './erasures.controller.js';
import { ErasuresService } from './erasures.service.js';
import { ForgettingService } from './forgetting.service.js';

@Module({
  imports: [PoliciesModule],
  controllers: [ErasuresController],
  providers: [ErasuresService, ForgettingService],
})
export class ErasuresModule {}
