import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { IfMatch, IfMatchIfGiven, NeedsIfMatch, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import {
  InstitutionCodeParams,
  InstitutionDto,
  InstitutionFactsDto,
  InstitutionPageDto,
  InstitutionsQuery,
  RegisterInstitutionDto,
} from './institutions.dto.js';
import { InstitutionsService } from './institutions.service.js';

@ApiTags('institutions')
@Controller('institutions')
export class InstitutionsController {
  constructor(
    private readonly institutions: InstitutionsService,
    private readonly changes: Changes,
  ) {}

  @Post()
  @SendsETag()
  @Scope('registers.institutions:write', { national: true })
  @Operation({ id: 'registerInstitution', summary: 'Register an institution', kind: 'create' })
  register(@Body() dto: RegisterInstitutionDto, @Once() once: WriteOnce): Promise<InstitutionDto> {
    return this.institutions.register(dto, once);
  }

  @Get()
  @Paged()
  @Scope('registers.institutions:read')
  @Operation({ id: 'listInstitutions', summary: 'Institutions, oldest first', kind: 'list' })
  list(@Query() query: InstitutionsQuery): Promise<InstitutionPageDto> {
    return this.institutions.list(query);
  }

  @Get('changes')
  @Scope('registers.institutions:read')
  @Operation({
    id: 'listInstitutionChanges',
    summary: 'Every change of an institution, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery): Promise<ChangePageDto> {
    return this.changes.list('registers.institution', query, null);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.institutions:read')
  @Operation({ id: 'getInstitution', summary: 'One institution', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<InstitutionDto> {
    return this.institutions.get(id);
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true })
  @Operation({ id: 'changeInstitution', summary: 'Replace the facts of an institution', kind: 'change' })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: InstitutionFactsDto,
    @IfMatch() version: number,
  ): Promise<InstitutionDto> {
    return this.institutions.change(id, dto, version);
  }

  @Put('by-code/:codeScheme/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.institutions:write', { national: true })
  @ApiOkResponse({ type: InstitutionDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: InstitutionDto })
  @Operation({ id: 'putInstitution', summary: 'Register or change the institution of a code', kind: 'upsert' })
  async put(
    @Param() code: InstitutionCodeParams,
    @Body() dto: InstitutionFactsDto,
    @IfMatchIfGiven() version: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InstitutionDto> {
    const { institution, created } = await this.institutions.upsert({ ...dto, ...code }, version);
    if (created) void reply.status(201);
    return institution;
  }
}
