import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { InvitationsController } from './invitations.controller.js';
import { InvitationsService } from './invitations.service.js';

@Module({
  imports: [PoliciesModule, StagesModule],
  controllers: [InvitationsController],
  providers: [InvitationsService],
  exports: [InvitationsService],
})
export class InvitationsModule {}
