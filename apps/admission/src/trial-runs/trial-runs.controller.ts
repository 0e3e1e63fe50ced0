import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { TrialExecutor } from './trial.executor.js';
import { TrialRunDto, TrialRunPageDto, TrialRunsQuery, TryStageDto } from './trial-runs.dto.js';
import { TrialRunsService } from './trial-runs.service.js';

@ApiTags('trial-runs')
@Controller()
export class TrialRunsController {
  constructor(
    private readonly trials: TrialRunsService,
    private readonly executor: TrialExecutor,
  ) {}

  @Post('stages/:stageId/trial-runs')
  @HttpCode(202)
  @Scope('admission.trial-runs:write', { national: true })
  @ApiAcceptedResponse({ type: TrialRunDto })
  @Operation({
    id: 'startTrialRun',
    summary: 'What if: allocate the places of a stage on a copy, with other places, quotas, rules or demand',
    description:
      'From the opening of the stage on, with its applications as they stand. Nothing of the stage changes, nobody is invited, ' +
      'and its promised seed is not used before it is revealed. Answers at once; read the trial run until it is COMPLETED.',
    kind: 'create',
  })
  async start(
    @Param('stageId', ParseUUIDPipe) stageId: string,
    @Body() dto: TryStageDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<TrialRunDto> {
    const trial = await this.trials.start(stageId, dto, { by: actor, once });
    this.executor.rouse();
    return trial;
  }

  @Get('stages/:stageId/trial-runs')
  @Paged()
  @Scope('admission.runs:read', { national: true })
  @Operation({ id: 'listTrialRuns', summary: 'The trial runs of a stage, oldest first', kind: 'list' })
  list(@Param('stageId', ParseUUIDPipe) stageId: string, @Query() query: TrialRunsQuery): Promise<TrialRunPageDto> {
    return this.trials.list(stageId, query);
  }

  @Get('trial-runs/:id')
  @SendsETag()
  @Scope('admission.runs:read', { national: true })
  @Operation({ id: 'getTrialRun', summary: 'One trial run: what was assumed, and what came of it', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<TrialRunDto> {
    return this.trials.get(id);
  }

  @Delete('trial-runs/:id')
  @HttpCode(204)
  @Scope('admission.trial-runs:write', { national: true })
  @ApiNoContentResponse()
  @Operation({
    id: 'deleteTrialRun',
    summary: 'Throw a trial run away, also while it is at work',
    description: 'Left alone it goes after the days of the policy parameter `adm.retention.trialRuns`.',
    kind: 'read',
  })
  async delete(@Param('id', ParseUUIDPipe) id: string): Promise<void> {
    await this.trials.discard(id);
    this.executor.rouse();
  }
}
