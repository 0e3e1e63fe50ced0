import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { Exports } from '@meistras/platform/exports/exports';
import { NeedsIfMatch, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, toPage } from '@meistras/platform/paging/paging';
import { ChangedBy, Provider, PutBy } from '../register/by.js';
import type { By, ByIfGiven } from '../register/by.js';
import { RegisterController } from '../register/register.routes.js';
import { AsOfQuery } from '../register/register.dto.js';
import {
  DeregisterProgrammeDto,
  ProgrammeCodeParams,
  ProgrammeDto,
  ProgrammeFactsDto,
  ProgrammeModulesDto,
  ProgrammePageDto,
  ProgrammeProvidersDto,
  ProgrammesQuery,
  RecodeProgrammeDto,
  RegisterProgrammeDto,
  SupersedeProgrammeDto,
  toProgrammeDto,
  toProgrammeModulesDto,
} from './programmes.dto.js';
import { ProgrammesService } from './programmes.service.js';

@ApiTags('programmes')
@Controller('programmes')
export class ProgrammesController extends RegisterController({
  one: 'Programme',
  many: 'Programmes',
  anEntry: 'a programme',
  entries: 'programmes',
  resource: 'registers.programmes',
  topic: 'registers.programme',
  isPublic: true,
}) {
  constructor(
    private readonly programmes: ProgrammesService,
    changes: Changes,
    exports: Exports,
  ) {
    super(programmes.register, changes, exports);
  }

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
    const { codeScheme, code, kind, fieldCode, eqfLevel, state, qualificationCode } = query;
    const wanted = { codeScheme, code, kind, eqfLevel, state, qualificationCode };
    const entries = await this.programmes.register.list(query, [
      ...Object.entries(wanted).map(([property, value]) => ({ property, value })),
      { property: 'fieldCode', value: fieldCode, prefix: true },
    ]);
    return toPage(entries, query.limit, toProgrammeDto, ({ id }) => [id]);
  }

  @Get('by-code/:codeScheme/:code/modules')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listProgrammeModules',
    summary: 'What must be taught under a code, at both times if asked',
    kind: 'public-read',
  })
  async listModules(@Param() code: ProgrammeCodeParams, @Query() asOf: AsOfQuery): Promise<ProgrammeModulesDto> {
    return toProgrammeModulesDto(await this.programmes.getByCode(code, asOf));
  }

  @Get('by-code/:codeScheme/:code/providers')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listProgrammeProviders',
    summary: 'Who may run the programme of a code, as of a day: today if left out',
    kind: 'public-read',
  })
  async listProviders(@Param() code: ProgrammeCodeParams, @Query() asOf: AsOfQuery): Promise<ProgrammeProvidersDto> {
    return { items: await this.programmes.providersOf(code, asOf) };
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getProgramme', summary: 'One programme', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.register.get(id, asOf));
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
  @Operation({
    id: 'deregisterProgramme',
    summary: 'Take a programme off the register from a day on',
    description:
      'Refused with `programme-has-learners` while somebody studies under its code: give it a successor, or wait until the last one leaves.',
    kind: 'change',
  })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DeregisterProgrammeDto,
    @ChangedBy() by: By,
  ): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.deregister(id, dto, by));
  }

  @Put(':id/succession')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.programmes:write', { national: true })
  @Operation({
    id: 'supersedeProgramme',
    summary: 'Put another code beside this one: both live until no learner is left under the old one',
    kind: 'change',
  })
  async supersede(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: SupersedeProgrammeDto,
    @ChangedBy() by: By,
  ): Promise<ProgrammeDto> {
    return toProgrammeDto(await this.programmes.supersede(id, dto, by));
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
