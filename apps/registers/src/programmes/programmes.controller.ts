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
  ProgrammeCodeParams,
  ProgrammeDto,
  ProgrammeFactsDto,
  ProgrammePageDto,
  ProgrammesQuery,
  RegisterProgrammeDto,
} from './programmes.dto.js';
import { ProgrammesService } from './programmes.service.js';

@ApiTags('programmes')
@Controller('programmes')
export class ProgrammesController {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly changes: Changes,
  ) {}

  @Post()
  @SendsETag()
  @Scope('registers.programmes:write', { national: true })
  @Operation({ id: 'registerProgramme', summary: 'Register a programme', kind: 'create' })
  register(@Body() dto: RegisterProgrammeDto, @Once() once: WriteOnce): Promise<ProgrammeDto> {
    return this.programmes.register(dto, once);
  }

  @Get()
  @Paged()
  @Scope('registers.programmes:read')
  @Operation({ id: 'listProgrammes', summary: 'Programmes, oldest first', kind: 'list' })
  list(@Query() query: ProgrammesQuery): Promise<ProgrammePageDto> {
    return this.programmes.list(query);
  }

  @Get('changes')
  @Scope('registers.programmes:read')
  @Operation({
    id: 'listProgrammeChanges',
    summary: 'Every change of a programme, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery): Promise<ChangePageDto> {
    return this.changes.list('registers.programme', query, null);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.programmes:read')
  @Operation({ id: 'getProgramme', summary: 'One programme', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<ProgrammeDto> {
    return this.programmes.get(id);
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @Operation({ id: 'changeProgramme', summary: 'Replace the facts of a programme', kind: 'change' })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ProgrammeFactsDto,
    @IfMatch() version: number,
  ): Promise<ProgrammeDto> {
    return this.programmes.change(id, dto, version);
  }

  @Put('by-code/:codeScheme/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @ApiOkResponse({ type: ProgrammeDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: ProgrammeDto })
  @Operation({ id: 'putProgramme', summary: 'Register or change the programme of a code', kind: 'upsert' })
  async put(
    @Param() code: ProgrammeCodeParams,
    @Body() dto: ProgrammeFactsDto,
    @IfMatchIfGiven() version: number | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProgrammeDto> {
    const { programme, created } = await this.programmes.upsert({ ...dto, ...code }, version);
    if (created) void reply.status(201);
    return programme;
  }
}
