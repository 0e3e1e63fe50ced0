import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  ComplaintDto,
  ComplaintPageDto,
  ComplaintsQuery,
  DecideComplaintDto,
  FileComplaintDto,
} from './complaints.dto.js';
import { ComplaintsService } from './complaints.service.js';

@ApiTags('complaints')
@Controller('complaints')
export class ComplaintsController {
  constructor(private readonly complaints: ComplaintsService) {}

  @Post()
  @SendsETag()
  @Scope('admission.applications:write')
  @Operation({
    id: 'fileComplaint',
    summary: 'Complain about a result',
    description:
      'About a listed place above the own result, within the working days of `adm.appeal.fileDays` after the results. By ' +
      'the applicant, the national portal, or the institution that registered the learner.',
    kind: 'create',
  })
  file(@Body() dto: FileComplaintDto, @CurrentActor() by: Actor, @Once() once: WriteOnce): Promise<ComplaintDto> {
    return this.complaints.file(dto, by, once);
  }

  @Get()
  @Paged()
  @Scope('admission.applications:read')
  @Operation({ id: 'listComplaints', summary: 'Complaints of the own learners; nationally all', kind: 'list' })
  list(@Query() query: ComplaintsQuery, @CurrentActor() by: Actor): Promise<ComplaintPageDto> {
    return this.complaints.list(query, by);
  }

  @Get(':id')
  @SendsETag()
  @Scope('admission.applications:read')
  @Operation({ id: 'getComplaint', summary: 'One complaint with its decision', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() by: Actor): Promise<ComplaintDto> {
    return this.complaints.get(id, by);
  }

  @Put(':id/decision')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('admission.runs:decide', { national: true })
  @Operation({
    id: 'decideComplaint',
    summary: 'Decide a complaint, with reasons',
    description: 'One that is upheld invites the applicant on top of the places: nobody is displaced.',
    kind: 'change',
  })
  decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DecideComplaintDto,
    @IfMatch() version: number,
    @CurrentActor() by: Actor,
  ): Promise<ComplaintDto> {
    return this.complaints.decide(id, dto, version, by);
  }
}
