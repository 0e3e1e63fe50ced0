import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { MoveWindowsDto, PlanStageDto, StageDto, StagePageDto, StagesQuery } from './stages.dto.js';
import { StagesService } from './stages.service.js';

@ApiTags('stages')
@Controller()
export class StagesController {
  constructor(private readonly stages: StagesService) {}

  @Post('campaigns/:campaignId/stages')
  @SendsETag()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({ id: 'planStage', summary: 'Plan a stage of a campaign', kind: 'create' })
  plan(
    @Param('campaignId', ParseUUIDPipe) campaignId: string,
    @Body() dto: PlanStageDto,
    @Once() once: WriteOnce,
  ): Promise<StageDto> {
    return this.stages.plan(campaignId, dto, once);
  }

  @Get('stages')
  @Paged()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'listStages', summary: 'Stages, oldest first', kind: 'list' })
  list(@Query() query: StagesQuery): Promise<StagePageDto> {
    return this.stages.list(query);
  }

  @Get('stages/:id')
  @SendsETag()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'getStage', summary: 'One stage with its windows and its seed commitment', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<StageDto> {
    return this.stages.get(id);
  }

  @Put('stages/:id/windows')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({
    id: 'moveStageWindows',
    summary: 'Move the windows of a stage',
    description: 'A bound that has passed stays; another may move by a named act, also to close early.',
    kind: 'change',
  })
  moveWindows(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: MoveWindowsDto,
    @IfMatch() version: number,
  ): Promise<StageDto> {
    return this.stages.moveWindows(id, dto, version);
  }
}
