import { Module } from '@nestjs/common';
import { ImportsModule } from '@meistras/platform/imports/imports.module';
import { KnownModule } from '../known/known.module.js';
import { DecisionsController } from './decisions.controller.js';
import { DecisionsImport } from './decisions.import.js';
import { DecisionsService } from './decisions.service.js';

@Module({
  imports: [KnownModule, ImportsModule],
  controllers: [DecisionsController],
  providers: [DecisionsService, DecisionsImport],
  exports: [DecisionsService],
})
export class DecisionsModule {}

export { GrantDto, RevokeDto } from './decisions.dto.js';
