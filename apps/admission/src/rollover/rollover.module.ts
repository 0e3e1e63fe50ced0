import { Module } from '@nestjs/common';
import { OfferingsModule } from '../offerings/offerings.module.js';
import { PoolsModule } from '../pools/pools.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { RolloverController } from './rollover.controller.js';
import { RolloverService } from './rollover.service.js';

@Module({
  imports: [StagesModule, PoolsModule, OfferingsModule],
  controllers: [RolloverController],
  providers: [RolloverService],
  exports: [RolloverService],
})
export class RolloverModule {}
