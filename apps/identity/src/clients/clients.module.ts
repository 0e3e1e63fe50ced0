import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer/issuer.module.js';
import { ClientSeed } from './client-seed.service.js';
import { ClientsController } from './clients.controller.js';
import { ClientsService } from './clients.service.js';

@Module({
  imports: [IssuerModule],
  controllers: [ClientsController],
  providers: [ClientsService, ClientSeed],
  exports: [ClientsService],
})
export class ClientsModule {}
