import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { StagesModule } from '../stages/stages.module.js';
import { ComparisonController } from './comparison.controller.js';
import { ComparisonService } from './comparison.service.js';
import { TrialExecutor } from './trial.executor.js';
import { TrialRunsController } from './trial-runs.controller.js';
import { TrialRunsService } from './trial-runs.service.js';

@Module({
  imports: [PoliciesModule, RunsModule, StagesModule],
  controllers: [TrialRunsController, ComparisonController],
  providers: [TrialRunsService, TrialExecutor, ComparisonService],
})
export class TrialRunsModule {}
