import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Req, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public, Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { Exports } from '@meistras/platform/exports/exports';
import { NeedsIfMatch, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery, toPage } from '@meistras/platform/paging/paging';
import { ChangedBy, Provider, PutBy } from '../register/by.js';
import type { By, ByIfGiven } from '../register/by.js';
import { toHistoryDto } from '../register/history.js';
import { AsOfQuery, HistoryDto, RegisterExportQuery } from '../register/register.dto.js';
import {
  DeregisterProgrammeDto,
  ProgrammeCodeParams,
  ProgrammeDto,
  ProgrammeFactsDto,
  ProgrammePageDto,
  ProgrammesQuery,
  RecodeProgrammeDto,
  RegisterProgrammeDto,
  toProgrammeDto,
} from './programmes.dto.js';
import { ProgrammesService } from './programmes.service.js';

@ApiTags('programmes')
@Controller('programmes')
export class ProgrammesController {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly changes: Changes,
    private readonly exports: Exports,
  ) {}

  @Post()
  @SendsETag()
  @Scope('registers.programmes:write', { national: true })
  @Operation({ id: 'registerProgramme', summary: 'Register a programme', kind: 'create' })
  register(
    @Body() dto: RegisterProgrammeDto,
    @Provider() provider: string,
    @Once() once: WriteOnce,
  ): Promise<ProgrammeDto> {
    return this.programmes.register.register(dto, provider, once, toProgrammeDto);
  }

  @Get()
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({ id: 'listProgrammes', summary: 'Programmes, oldest first', kind: 'public-read' })
  async list(@Query() query: ProgrammesQuery): Promise<ProgrammePageDto> {
    const { codeScheme, code, kind, fieldCode, eqfLevel } = query;
    const entries = await this.programmes.register.list(query, [
      ...Object.entries({ codeScheme, code, kind, eqfLevel }).map(([property, value]) => ({ property, value })),
      { property: 'fieldCode', value: fieldCode, prefix: true },
    ]);
    return toPage(entries, query.limit, toProgrammeDto, ({ id }) => [id]);
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

  @Get('export')
  @ApiProduces('application/x-ndjson', 'text/csv')
  @Scope('registers.programmes:read')
  @Operation({
    id: 'exportProgrammes',
    summary: 'All programmes in one stream, gzipped if accepted',
    kind: 'list',
    also: [503],
  })
  export(
    @Query() { format, ...asOf }: RegisterExportQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.exports.send(this.programmes.register.exported(asOf, []), format ?? 'ndjson', request, reply);
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getProgramme', summary: 'One programme', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.register.get(id, asOf));
  }

  @Get(':id/history')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'getProgrammeHistory',
    summary: 'What was and is believed of a programme, newest knowledge first',
    kind: 'public-read',
  })
  async history(@Param('id', ParseUUIDPipe) id: string): Promise<HistoryDto> {
    return toHistoryDto(await this.programmes.register.history(id));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @Operation({ id: 'changeProgramme', summary: 'Replace the facts of a programme', kind: 'change' })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ProgrammeFactsDto,
    @ChangedBy() by: By,
  ): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.register.change(id, { ...dto, modules: dto.modules ?? [] }, by));
  }

  @Put(':id/deregistration')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @Operation({ id: 'deregisterProgramme', summary: 'Take a programme off the register from a day on', kind: 'change' })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DeregisterProgrammeDto,
    @ChangedBy() by: By,
  ): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.deregister(id, dto, by));
  }

  @Put(':id/code')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @Operation({
    id: 'recodeProgramme',
    summary: 'Give a programme another code; its history and the change feed keep both',
    kind: 'change',
  })
  async recode(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RecodeProgrammeDto,
    @ChangedBy() by: By,
  ): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.recode(id, dto, by));
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
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ProgrammeDto> {
    const row = { ...dto, modules: dto.modules ?? [], ...code };
    const { entry, created } = await this.programmes.register.upsert(row, by);
    if (created) void reply.status(201);
    return toProgrammeDto(entry);
  }
}
