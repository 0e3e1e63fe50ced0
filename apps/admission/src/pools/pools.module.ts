import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { PoolsController } from './pools.controller.js';
import { PoolsService } from './pools.service.js';

@Module({
  imports: [PoliciesModule, StagesModule],
  controllers: [PoolsController],
  providers: [PoolsService],
  exports: [PoolsService],
})
export class PoolsModule {}
