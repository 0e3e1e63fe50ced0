import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { MeController } from './me.controller.js';

@Module({ imports: [ApplicationsModule], controllers: [MeController] })
export class MeModule {}
