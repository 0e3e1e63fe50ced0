import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { EndEnrolmentDto, EnrolmentDto, EnrolmentPageDto, EnrolmentsQuery } from './enrolments.dto.js';
import { EnrolmentsService } from './enrolments.service.js';

@ApiTags('enrolments')
@Controller('enrolments')
export class EnrolmentsController {
  constructor(
    private readonly enrolments: EnrolmentsService,
    private readonly changes: Changes,
  ) {}

  @Get()
  @Paged()
  @Scope('learning-records.enrolments:read')
  @Operation({ id: 'listEnrolments', summary: 'Enrolments, oldest first', kind: 'list' })
  list(@Query() query: EnrolmentsQuery, @CurrentActor() actor: Actor): Promise<EnrolmentPageDto> {
    return this.enrolments.list(query, actor);
  }

  @Get('changes')
  @Scope('learning-records.enrolments:read')
  @Operation({
    id: 'listEnrolmentChanges',
    summary: 'Who started, left and completed: every change in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('learning-records.enrolment', query, actor.institutionFilter);
  }

  @Get(':id')
  @SendsETag()
  @Scope('learning-records.enrolments:read')
  @Operation({ id: 'getEnrolment', summary: 'One enrolment', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<EnrolmentDto> {
    return this.enrolments.get(id, actor);
  }

  @Post(':id/end')
  @HttpCode(200)
  @SendsETag()
  @Scope('learning-records.enrolments:write')
  @Operation({ id: 'endEnrolment', summary: 'The learner leaves before completion', kind: 'create' })
  end(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: EndEnrolmentDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<EnrolmentDto> {
    return this.enrolments.end(id, dto, actor, once);
  }
}
