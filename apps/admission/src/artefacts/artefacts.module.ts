import { Module } from '@nestjs/common';
import { ArtefactSigner } from './artefact.signer.js';
import { ArtefactsController } from './artefacts.controller.js';
import { ArtefactsService } from './artefacts.service.js';

@Module({
  controllers: [ArtefactsController],
  providers: [ArtefactSigner, ArtefactsService],
  exports: [ArtefactsService],
})
export class ArtefactsModule {}
