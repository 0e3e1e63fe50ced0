import { Module } from '@nestjs/common';
import { StagesModule } from '../stages/stages.module.js';
import { SummaryController } from './summary.controller.js';
import { SummaryService } from './summary.service.js';

@Module({ imports: [StagesModule], controllers: [SummaryController], providers: [SummaryService] })
export class SummaryModule {}
