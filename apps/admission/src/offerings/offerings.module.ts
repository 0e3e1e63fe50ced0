import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { OfferingsConsumer } from './offerings.consumer.js';
import { OfferingsController } from './offerings.controller.js';
import { OfferingsImport } from './offerings.import.js';
import { OfferingsService } from './offerings.service.js';

@Module({
  imports: [ImportsModule, PoliciesModule, StagesModule],
  controllers: [OfferingsController, OfferingsConsumer],
  providers: [OfferingsService, OfferingsImport],
  exports: [OfferingsService],
})
export class OfferingsModule {}
