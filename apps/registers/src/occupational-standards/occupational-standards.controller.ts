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
import { AsOfQuery, StatedTerms } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import { RegisterController } from '../register/register.routes.js';
import {
  OccupationalStandardCodeParams,
  OccupationalStandardDto,
  OccupationalStandardFactsDto,
  OccupationalStandardPageDto,
  OccupationalStandardsQuery,
  RegisterOccupationalStandardDto,
} from './occupational-standards.dto.js';
import { OccupationalStandardsService } from './occupational-standards.service.js';

@ApiTags('occupational-standards')
@Controller('occupational-standards')
export class OccupationalStandardsController extends RegisterController({
  one: 'OccupationalStandard',
  many: 'OccupationalStandards',
  anEntry: 'an occupational standard',
  entries: 'occupational standards',
  resource: 'registers.occupational-standards',
  topic: 'registers.occupational-standard',
  isPublic: true,
}) {
  constructor(
    private readonly occupationalStandards: OccupationalStandardsService,
    changes: Changes,
    exports: Exports,
  ) {
    super(occupationalStandards.register, changes, exports);
  }

  @Post()
  @SendsETag()
  @Scope('registers.occupational-standards:write', { national: true })
  @Operation({ id: 'registerOccupationalStandard', summary: 'Register an occupational standard', kind: 'create' })
  register(
    @Body() dto: RegisterOccupationalStandardDto,
    @Provider() provider: string,
    @Once() once: WriteOnce,
  ): Promise<OccupationalStandardDto> {
    return this.occupationalStandards.register.register(dto, provider, once, toDto);
  }

  @Get()
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({ id: 'listOccupationalStandards', summary: 'Occupational standards, oldest first', kind: 'public-read' })
  async list(@Query() query: OccupationalStandardsQuery): Promise<OccupationalStandardPageDto> {
    const { code, sector } = query;
    const wanted = Object.entries({ code, sector });
    const entries = await this.occupationalStandards.register.list(
      query,
      wanted.map(([property, value]) => ({ property, value })),
    );
    return toPage(entries, query.limit, toDto, ({ id }) => [id]);
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getOccupationalStandard', summary: 'One occupational standard', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<OccupationalStandardDto> {
    return toDto(await this.occupationalStandards.register.get(id, asOf));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.occupational-standards:write', { national: true })
  @Operation({
    id: 'changeOccupationalStandard',
    summary: 'Replace the facts of an occupational standard',
    kind: 'change',
  })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: OccupationalStandardFactsDto,
    @ChangedBy() by: By,
  ): Promise<OccupationalStandardDto> {
    return toDto(
      await this.occupationalStandards.register.change(id, { ...dto, competences: dto.competences ?? [] }, by),
    );
  }

  @Put(':id/deregistration')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.occupational-standards:write', { national: true })
  @Operation({
    id: 'deregisterOccupationalStandard',
    summary: 'Take an occupational standard off the register from a day on',
    kind: 'change',
  })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StatedTerms,
    @ChangedBy() by: By,
  ): Promise<OccupationalStandardDto> {
    return toDto(await this.occupationalStandards.deregister(id, dto, by));
  }

  @Put('by-code/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.occupational-standards:write', { national: true })
  @ApiOkResponse({ type: OccupationalStandardDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: OccupationalStandardDto })
  @Operation({
    id: 'putOccupationalStandard',
    summary: 'Register or change the occupational standard of a code',
    kind: 'upsert',
  })
  async put(
    @Param() code: OccupationalStandardCodeParams,
    @Body() dto: OccupationalStandardFactsDto,
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OccupationalStandardDto> {
    const row = { ...dto, competences: dto.competences ?? [], ...code };
    const { entry, created } = await this.occupationalStandards.register.upsert(row, by);
    if (created) void reply.status(201);
    return toDto(entry);
  }
}

const toDto = toEntryDto<OccupationalStandardDto>;
