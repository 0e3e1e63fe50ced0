import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentActor, Public, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { Exports } from '@meistras/platform/exports/exports';
import { NeedsIfMatch, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, toPage } from '@meistras/platform/paging/paging';
import { ChangedBy, PutBy } from '../register/by.js';
import type { By, ByIfGiven } from '../register/by.js';
import { AsOfQuery } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import { RegisterController } from '../register/register.routes.js';
import { EnterInstitutionDto } from './institution-drafts.dto.js';
import { InstitutionDraftsService } from './institution-drafts.service.js';
import {
  CloseInstitutionDto,
  InstitutionCodeParams,
  InstitutionDto,
  InstitutionFactsDto,
  InstitutionPageDto,
  InstitutionsQuery,
  RecodeInstitutionDto,
  ReorganiseInstitutionDto,
} from './institutions.dto.js';
import { InstitutionsService } from './institutions.service.js';

const enters =
  'For national clients, and for a municipality: it enters the institutions of its area that are neither VET nor higher education.';

@ApiTags('institutions')
@Controller('institutions')
export class InstitutionsController extends RegisterController({
  one: 'Institution',
  many: 'Institutions',
  anEntry: 'an institution',
  entries: 'institutions',
  resource: 'registers.institutions',
  topic: 'registers.institution',
  isPublic: true,
}) {
  constructor(
    private readonly institutions: InstitutionsService,
    private readonly drafts: InstitutionDraftsService,
    changes: Changes,
    exports: Exports,
  ) {
    super(institutions.register, changes, exports);
  }

  @Post()
  @SendsETag()
  @Scope('registers.institutions:write', { national: true, municipal: true })
  @Operation({ id: 'registerInstitution', summary: 'Register an institution', description: enters, kind: 'create' })
  register(
    @Body() dto: EnterInstitutionDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<InstitutionDto> {
    return this.drafts.enter(dto, actor, once);
  }

  @Get()
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({ id: 'listInstitutions', summary: 'Institutions, oldest first', kind: 'public-read' })
  async list(@Query() query: InstitutionsQuery): Promise<InstitutionPageDto> {
    const { code, countyCode, municipalityCode, type, parentId } = query;
    const wanted = Object.entries({ code, countyCode, municipalityCode, type, parentId });
    const entries = await this.institutions.register.list(
      query,
      wanted.map(([property, value]) => ({ property, value })),
    );
    return toPage(entries, query.limit, toDto, ({ id }) => [id]);
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getInstitution', summary: 'One institution', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<InstitutionDto> {
    return toDto(await this.institutions.register.get(id, asOf));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true, municipal: true })
  @Operation({
    id: 'changeInstitution',
    summary: 'Replace the facts of an institution',
    description: enters,
    kind: 'change',
  })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: InstitutionFactsDto,
    @ChangedBy() by: By,
  ): Promise<InstitutionDto> {
    return toDto(await this.institutions.change(id, dto, by));
  }

  @Put(':id/closure')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true, municipal: true })
  @Operation({
    id: 'closeInstitution',
    summary: 'Close an institution from a day on, with those that go on with what it did',
    description: enters,
    kind: 'change',
  })
  async close(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: CloseInstitutionDto,
    @ChangedBy() by: By,
  ): Promise<InstitutionDto> {
    return toDto(await this.institutions.close(id, dto, by));
  }

  @Put(':id/reorganisation')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true })
  @Operation({
    id: 'reorganiseInstitution',
    summary: 'Begin the reorganisation of an institution',
    description: 'It ends by a closure with successors, or by `…/reorganisation/end`.',
    kind: 'change',
  })
  async reorganise(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ReorganiseInstitutionDto,
    @ChangedBy() by: By,
  ): Promise<InstitutionDto> {
    return toDto(await this.institutions.reorganise(id, dto, by, 'REORGANISE'));
  }

  @Put(':id/reorganisation/end')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true })
  @Operation({
    id: 'endInstitutionReorganisation',
    summary: 'End the reorganisation of an institution that goes on',
    kind: 'change',
  })
  async endReorganisation(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ReorganiseInstitutionDto,
    @ChangedBy() by: By,
  ): Promise<InstitutionDto> {
    return toDto(await this.institutions.reorganise(id, dto, by, 'END_REORGANISATION'));
  }

  @Put(':id/code')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.institutions:write', { national: true })
  @Operation({
    id: 'recodeInstitution',
    summary: 'Give an institution another code; its history and the change feed keep both',
    kind: 'change',
  })
  async recode(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RecodeInstitutionDto,
    @ChangedBy() by: By,
  ): Promise<InstitutionDto> {
    return toDto(await this.institutions.recode(id, dto, by));
  }

  @Put('by-code/:codeScheme/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.institutions:write', { national: true, municipal: true })
  @ApiOkResponse({ type: InstitutionDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: InstitutionDto })
  @Operation({
    id: 'putInstitution',
    summary: 'Register or change the institution of a code',
    description: enters,
    kind: 'upsert',
  })
  async put(
    @Param() code: InstitutionCodeParams,
    @Body() dto: InstitutionFactsDto,
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<InstitutionDto> {
    const { entry, created } = await this.drafts.put({ ...dto, ...code }, by);
    if (created) void reply.status(201);
    return toDto(entry);
  }
}

const toDto = toEntryDto<InstitutionDto>;
