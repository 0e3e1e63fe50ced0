import { Module } from '@nestjs/common';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { PoliciesModule } from '../policies/policies.module.js';
import { RolloverModule } from '../rollover/rollover.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { AgreementsConsumer } from './agreements.consumer.js';
import { AgreementsController } from './agreements.controller.js';
import { AgreementsService } from './agreements.service.js';

@Module({
  imports: [InvitationsModule, PoliciesModule, RolloverModule, StagesModule],
  controllers: [AgreementsController, AgreementsConsumer],
  providers: [AgreementsService],
})
export class AgreementsModule {}
