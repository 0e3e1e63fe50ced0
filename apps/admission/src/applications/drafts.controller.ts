import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatchIfGiven, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { DraftDto, DraftKeyParams, SaveDraftDto } from './drafts.dto.js';
import { DraftsService } from './drafts.service.js';

@ApiTags('applications')
@Controller('stages/:stageId/drafts/:learnerId')
export class DraftsController {
  constructor(private readonly drafts: DraftsService) {}

  @Get()
  @SendsETag()
  @Scope('admission.applications:read')
  @Operation({ id: 'getDraft', summary: 'An application that is not submitted yet', kind: 'read' })
  get(@Param() key: DraftKeyParams, @CurrentActor() actor: Actor): Promise<DraftDto> {
    return this.drafts.get(key, actor);
  }

  @Put()
  @SendsETag()
  @TakesIfMatch()
  @Scope('admission.applications:write')
  @Operation({
    id: 'saveDraft',
    summary: 'Keep an application that is not complete yet',
    description:
      'Nobody but its writer sees it, nothing is judged, and it goes when it is submitted or the stage takes no more.',
    kind: 'change',
  })
  save(
    @Param() key: DraftKeyParams,
    @Body() dto: SaveDraftDto,
    @CurrentActor() actor: Actor,
    @IfMatchIfGiven() version: number | undefined,
  ): Promise<DraftDto> {
    return this.drafts.save({ ...key, by: actor }, dto, version);
  }

  @Delete()
  @HttpCode(204)
  @Scope('admission.applications:write')
  @ApiNoContentResponse()
  @Operation({ id: 'discardDraft', summary: 'Discard what was not submitted', kind: 'read' })
  discard(@Param() key: DraftKeyParams, @CurrentActor() actor: Actor): Promise<void> {
    return this.drafts.discard(key, actor);
  }
}
