import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  ApplicationDto,
  ApplicationPageDto,
  ApplicationsQuery,
  CorrectGradesDto,
  SavePreferencesDto,
  ScoreHistoryDto,
  SubmitApplicationDto,
} from './applications.dto.js';
import { ApplicationsService } from './applications.service.js';
import { PreferenceListsService } from './preference-lists.service.js';
import { SubmissionsService } from './submissions.service.js';

@ApiTags('applications')
@Controller('applications')
export class ApplicationsController {
  constructor(
    private readonly applications: ApplicationsService,
    private readonly submissions: SubmissionsService,
    private readonly lists: PreferenceListsService,
  ) {}

  @Post()
  @SendsETag()
  @Scope('admission.applications:write')
  @Operation({
    id: 'submitApplication',
    summary: 'Apply in a stage',
    description:
      'For the national portal and the institution that registered the learner. Preferences without the right to a ' +
      'state-funded place are kept and marked, not refused.',
    kind: 'create',
  })
  submit(
    @Body() dto: SubmitApplicationDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<ApplicationDto> {
    return this.submissions.submit(dto, actor, once);
  }

  @Get()
  @Paged()
  @Scope('admission.applications:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listApplications',
    summary: 'Applications: of the own learners and those that list an own offering',
    kind: 'list',
  })
  list(@Query() query: ApplicationsQuery, @CurrentActor() actor: Actor): Promise<ApplicationPageDto> {
    return this.applications.list(query, actor);
  }

  @Get(':id')
  @SendsETag()
  @Scope('admission.applications:read')
  @Operation({ id: 'getApplication', summary: 'One application', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ApplicationDto> {
    return this.applications.get(id, actor);
  }

  @Put(':id/preferences')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('admission.applications:write')
  @Operation({
    id: 'savePreferences',
    summary: 'Replace the whole list of preferences',
    description: 'The last list saved before the deadline counts.',
    kind: 'change',
  })
  savePreferences(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: SavePreferencesDto,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
  ): Promise<ApplicationDto> {
    return this.lists.save(id, dto, version, actor);
  }

  @Put(':id/grades')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('admission.applications:write')
  @Operation({
    id: 'correctGrades',
    summary: 'Correct the grades of an application',
    description: 'The score is computed anew; what it was before stays on record. Until findings and lists are fixed.',
    kind: 'change',
  })
  correctGrades(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: CorrectGradesDto,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
  ): Promise<ApplicationDto> {
    return this.applications.correctGrades(id, dto, version, actor);
  }

  @Get(':id/score')
  @Scope('admission.applications:read')
  @Operation({
    id: 'getScore',
    summary: 'Which grades make the competitive score, and where do they come from?',
    description: 'For the national portal and the institution that registered the learner.',
    kind: 'read',
  })
  score(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ScoreHistoryDto> {
    return this.applications.scoreOf(id, actor);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @SendsETag()
  @Scope('admission.applications:write')
  @ApiOkResponse({ type: ApplicationDto })
  @Operation({ id: 'withdrawApplication', summary: 'Withdraw an application', kind: 'command' })
  withdraw(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ApplicationDto> {
    return this.applications.withdraw(id, actor);
  }
}
