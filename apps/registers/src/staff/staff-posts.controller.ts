import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsExport } from '@meistras/platform/exports/exports';
import { NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { PageQuery } from '@meistras/platform/paging/paging';
import { ChangedBy } from '../register/by.js';
import type { By } from '../register/by.js';
import { PersonExports } from '../personal-data/person-exports.service.js';
import { HistoryDto, ExportQuery } from '../register/register.dto.js';
import { EndStaffPostDto, RegisterStaffPostDto, StaffPostDto, StaffPostFactsDto } from './staff-posts.dto.js';
import { StaffPostsService } from './staff-posts.service.js';

@ApiTags('staff')
@Controller('staff-posts')
export class StaffPostsController {
  constructor(
    private readonly posts: StaffPostsService,
    private readonly changes: Changes,
    private readonly personExports: PersonExports,
  ) {}

  @Post()
  @SendsETag()
  @StatesPurpose()
  @Scope('registers.staff:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'registerStaffPost',
    summary: 'Register a post, and the person who takes it',
    description:
      'A person whose personal code is registered gets the post, if names and birth date agree; otherwise it is refused with `staff-person-differs`, and nothing of the first person is shown.',
    kind: 'create',
  })
  register(
    @Body() dto: RegisterStaffPostDto,
    @CurrentReading() reading: Reading,
    @Once() once: WriteOnce,
  ): Promise<StaffPostDto> {
    return this.posts.register(dto, reading, once);
  }

  @Get('changes')
  @Scope('registers.staff:read')
  @Operation({
    id: 'listStaffPostChanges',
    summary: 'Every change of a post, in order, without gaps',
    description: 'Ids alone, nothing of the person. A school sees the changes of its own posts.',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('registers.staff-post', query, actor.institutionFilter);
  }

  @Get('export')
  @SendsExport()
  @StatesPurpose('It must be stated.')
  @Scope('registers.staff-exports:read')
  @Operation({
    id: 'exportStaffPosts',
    summary: 'All posts within reach, each with its person, in one stream, gzipped if accepted',
    description: 'Ended ones too. The read leaves a record. No personal codes.',
    kind: 'list',
    also: [503],
  })
  export(
    @Query() { format }: ExportQuery,
    @CurrentReading() reading: Reading,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.personExports.send(this.posts.exported(reading), { format, reading, reply });
  }

  @Get(':id/history')
  @StatesPurpose()
  @Scope('registers.staff:read')
  @Operation({
    id: 'getStaffPostHistory',
    summary: 'What was and is believed of a post, newest knowledge first',
    kind: 'read',
  })
  history(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<HistoryDto> {
    return this.posts.history(id, reading);
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.staff:write')
  @Operation({ id: 'changeStaffPost', summary: 'Replace the facts of a post', kind: 'change' })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StaffPostFactsDto,
    @ChangedBy() by: By,
  ): Promise<StaffPostDto> {
    return this.posts.change(id, dto, by);
  }

  @Put(':id/end')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.staff:write')
  @Operation({ id: 'endStaffPost', summary: 'End a post from a day on', kind: 'change' })
  end(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: EndStaffPostDto,
    @ChangedBy() by: By,
  ): Promise<StaffPostDto> {
    return this.posts.end(id, dto, by);
  }
}
