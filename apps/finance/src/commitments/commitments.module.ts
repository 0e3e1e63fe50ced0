import { Module } from '@nestjs/common';
import { FundingRatesModule } from '../funding-rates/funding-rates.module.js';
import { LedgerModule } from '../ledger/ledger.module.js';
import { CommitmentsConsumer } from './commitments.consumer.js';
import { CommitmentsController } from './commitments.controller.js';
import { CommitmentsService } from './commitments.service.js';

@Module({
  imports: [LedgerModule, FundingRatesModule],
  controllers: [CommitmentsController, CommitmentsConsumer],
  providers: [CommitmentsService],
})
export class CommitmentsModule {}
