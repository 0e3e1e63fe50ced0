import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Scope } from '@meistras/platform/auth/access';
import { Changes } from '@meistras/platform/changes/changes';
import { Exports } from '@meistras/platform/exports/exports';
import { NeedsIfMatch, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, toPage } from '@meistras/platform/paging/paging';
import { ChangedBy, Provider, PutBy } from '../register/by.js';
import type { By, ByIfGiven } from '../register/by.js';
import { RegisterController } from '../register/register.routes.js';
import { AsOfQuery } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import {
  DeregisterNonFormalProgrammeDto,
  NonFormalProgrammeCodeParams,
  NonFormalProgrammeDto,
  NonFormalProgrammeFactsDto,
  NonFormalProgrammePageDto,
  NonFormalProgrammesQuery,
  RegisterNonFormalProgrammeDto,
} from './non-formal-programmes.dto.js';
import { NonFormalProgrammesService } from './non-formal-programmes.service.js';

@ApiTags('non-formal-programmes')
@Controller('non-formal-programmes')
export class NonFormalProgrammesController extends RegisterController({
  one: 'NonFormalProgramme',
  many: 'NonFormalProgrammes',
  anEntry: 'a non-formal programme',
  entries: 'non-formal programmes',
  resource: 'registers.non-formal-programmes',
  topic: 'registers.non-formal-programme',
}) {
  constructor(
    private readonly programmes: NonFormalProgrammesService,
    changes: Changes,
    exports: Exports,
  ) {
    super(programmes.register, changes, exports);
  }

  @Post()
  @SendsETag()
  @Scope('registers.non-formal-programmes:write', { national: true })
  @Operation({ id: 'registerNonFormalProgramme', summary: 'Register a non-formal programme', kind: 'create' })
  register(
    @Body() dto: RegisterNonFormalProgrammeDto,
    @Provider() provider: string,
    @Once() once: WriteOnce,
  ): Promise<NonFormalProgrammeDto> {
    return this.programmes.register.register(dto, provider, once, toDto);
  }

  @Get()
  @Paged()
  @Scope('registers.non-formal-programmes:read')
  @Operation({ id: 'listNonFormalProgrammes', summary: 'Non-formal programmes, oldest first', kind: 'list' })
  async list(@Query() query: NonFormalProgrammesQuery): Promise<NonFormalProgrammePageDto> {
    const { code, purpose, providerCode, municipalityCode, state } = query;
    const wanted = Object.entries({ code, purpose, providerCode, municipalityCode, state });
    const entries = await this.programmes.register.list(
      query,
      wanted.map(([property, value]) => ({ property, value })),
    );
    return toPage(entries, query.limit, toDto, ({ id }) => [id]);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.non-formal-programmes:read')
  @Operation({ id: 'getNonFormalProgramme', summary: 'One non-formal programme', kind: 'read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<NonFormalProgrammeDto> {
    return toDto(await this.programmes.register.get(id, asOf));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.non-formal-programmes:write', { national: true })
  @Operation({ id: 'changeNonFormalProgramme', summary: 'Replace the facts of a non-formal programme', kind: 'change' })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: NonFormalProgrammeFactsDto,
    @ChangedBy() by: By,
  ): Promise<NonFormalProgrammeDto> {
    return toDto(await this.programmes.register.change(id, dto, by));
  }

  @Put(':id/deregistration')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.non-formal-programmes:write', { national: true })
  @Operation({
    id: 'deregisterNonFormalProgramme',
    summary: 'Take a non-formal programme off the register from a day on',
    kind: 'change',
  })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DeregisterNonFormalProgrammeDto,
    @ChangedBy() by: By,
  ): Promise<NonFormalProgrammeDto> {
    return toDto(await this.programmes.deregister(id, dto, by));
  }

  @Put('by-code/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.non-formal-programmes:write', { national: true })
  @ApiOkResponse({ type: NonFormalProgrammeDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: NonFormalProgrammeDto })
  @Operation({
    id: 'putNonFormalProgramme',
    summary: 'Register or change the non-formal programme of a code',
    kind: 'upsert',
  })
  async put(
    @Param() code: NonFormalProgrammeCodeParams,
    @Body() dto: NonFormalProgrammeFactsDto,
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NonFormalProgrammeDto> {
    const { entry, created } = await this.programmes.register.upsert({ ...dto, ...code }, by);
    if (created) void reply.status(201);
    return toDto(entry);
  }
}

const toDto = toEntryDto<NonFormalProgrammeDto>;
