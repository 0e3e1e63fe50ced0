import { Module } from '@nestjs/common';
import { FundingRatesController } from './funding-rates.controller.js';
import { FundingRatesService } from './funding-rates.service.js';

@Module({ controllers: [FundingRatesController], providers: [FundingRatesService], exports: [FundingRatesService] })
export class FundingRatesModule {}
