import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import {
  DevelopmentDto,
  RecordDevelopmentDto,
  StaffMemberDto,
  StaffMemberPageDto,
  StaffMembersQuery,
} from './staff-members.dto.js';
import { StaffMembersService } from './staff-members.service.js';
import { StaffPersonDto } from './staff-person.dto.js';

const reach =
  'A client that does not act nationally sees the persons who hold a post at its institutions, and their posts there. Every person shown leaves an access record.';
const forCodes = 'A read that states none is answered no personal code, whatever the token opens.';

@ApiTags('staff')
@Controller('staff-members')
export class StaffMembersController {
  constructor(
    private readonly members: StaffMembersService,
    private readonly changes: Changes,
  ) {}

  @Get()
  @Paged()
  @StatesPurpose(forCodes)
  @Scope('registers.staff:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listStaffMembers',
    summary: 'Teachers and staff, oldest entry first',
    description: reach,
    kind: 'list',
  })
  list(@Query() query: StaffMembersQuery, @CurrentReading() reading: Reading): Promise<StaffMemberPageDto> {
    return this.members.list(query, reading);
  }

  @Get('changes')
  @Scope('registers.staff:read', { national: true })
  @Operation({
    id: 'listStaffMemberChanges',
    summary: 'Every merge of members of staff, every one that was reversed, and every erasure, in order, without gaps',
    description: 'Ids alone. What becomes of posts by it stands in the feed of posts, for schools too.',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery): Promise<ChangePageDto> {
    return this.changes.list('registers.staff-member', query, null);
  }

  // No entity tag: posts, categories and development change without the person's version.
  @Get(':id')
  @StatesPurpose(forCodes)
  @Scope('registers.staff:read')
  @Operation({
    id: 'getStaffMember',
    summary: 'One member of staff with posts, categories and professional development',
    description: `${reach} One that was merged leads to the one that was kept (308).`,
    kind: 'read',
    also: [308, 410],
  })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<StaffMemberDto> {
    return this.members.get(id, reading);
  }

  @Put(':id')
  @SendsETag()
  @StatesPurpose()
  @NeedsIfMatch()
  @Scope('registers.staff:write')
  @Operation({ id: 'changeStaffMember', summary: 'Replace the facts of the person', kind: 'change', also: [308, 410] })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StaffPersonDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<StaffMemberDto> {
    return this.members.change(id, dto, { readVersion, reading });
  }

  @Post(':id/development')
  @Scope('registers.staff:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'recordStaffDevelopment',
    summary: 'Record professional development that was held',
    kind: 'create',
    also: [308, 410],
  })
  recordDevelopment(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RecordDevelopmentDto,
    @CurrentReading() reading: Reading,
    @Once() once: WriteOnce,
  ): Promise<DevelopmentDto> {
    return this.members.recordDevelopment(id, dto, reading, once);
  }
}
