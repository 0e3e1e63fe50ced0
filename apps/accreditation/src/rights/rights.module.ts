import { Module } from '@nestjs/common';
import { DecisionsModule } from '../decisions/decisions.module.js';
import { RightsController } from './rights.controller.js';

@Module({ imports: [DecisionsModule], controllers: [RightsController] })
export class RightsModule {}
