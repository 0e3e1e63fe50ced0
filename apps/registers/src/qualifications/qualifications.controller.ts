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
  QualificationCodeParams,
  QualificationDto,
  QualificationFactsDto,
  QualificationPageDto,
  QualificationsQuery,
  RegisterQualificationDto,
} from './qualifications.dto.js';
import { QualificationsService } from './qualifications.service.js';

@ApiTags('qualifications')
@Controller('qualifications')
export class QualificationsController extends RegisterController({
  one: 'Qualification',
  many: 'Qualifications',
  anEntry: 'a qualification',
  entries: 'qualifications',
  resource: 'registers.qualifications',
  topic: 'registers.qualification',
  isPublic: true,
}) {
  constructor(
    private readonly qualifications: QualificationsService,
    changes: Changes,
    exports: Exports,
  ) {
    super(qualifications.register, changes, exports);
  }

  @Post()
  @SendsETag()
  @Scope('registers.qualifications:write', { national: true })
  @Operation({ id: 'registerQualification', summary: 'Register a qualification', kind: 'create' })
  register(
    @Body() dto: RegisterQualificationDto,
    @Provider() provider: string,
    @Once() once: WriteOnce,
  ): Promise<QualificationDto> {
    return this.qualifications.register.register(dto, provider, once, toDto);
  }

  @Get()
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({ id: 'listQualifications', summary: 'Qualifications, oldest first', kind: 'public-read' })
  async list(@Query() query: QualificationsQuery): Promise<QualificationPageDto> {
    const { code, eqfLevel, fieldCode, standardCode } = query;
    const entries = await this.qualifications.register.list(query, [
      ...Object.entries({ code, eqfLevel, standardCode }).map(([property, value]) => ({ property, value })),
      { property: 'fieldCode', value: fieldCode, prefix: true },
    ]);
    return toPage(entries, query.limit, toDto, ({ id }) => [id]);
  }

  @Get(':id')
  @SendsETag()
  @Public()
  @Operation({ id: 'getQualification', summary: 'One qualification', kind: 'public-read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<QualificationDto> {
    return toDto(await this.qualifications.register.get(id, asOf));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.qualifications:write', { national: true })
  @Operation({ id: 'changeQualification', summary: 'Replace the facts of a qualification', kind: 'change' })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: QualificationFactsDto,
    @ChangedBy() by: By,
  ): Promise<QualificationDto> {
    return toDto(
      await this.qualifications.register.change(id, { ...dto, requiredModules: dto.requiredModules ?? [] }, by),
    );
  }

  @Put(':id/deregistration')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.qualifications:write', { national: true })
  @Operation({
    id: 'deregisterQualification',
    summary: 'Take a qualification off the register from a day on',
    kind: 'change',
  })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StatedTerms,
    @ChangedBy() by: By,
  ): Promise<QualificationDto> {
    return toDto(await this.qualifications.deregister(id, dto, by));
  }

  @Put('by-code/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.qualifications:write', { national: true })
  @ApiOkResponse({ type: QualificationDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: QualificationDto })
  @Operation({
    id: 'putQualification',
    summary: 'Register or change the qualification of a code',
    kind: 'upsert',
  })
  async put(
    @Param() code: QualificationCodeParams,
    @Body() dto: QualificationFactsDto,
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<QualificationDto> {
    const row = { ...dto, requiredModules: dto.requiredModules ?? [], ...code };
    const { entry, created } = await this.qualifications.register.upsert(row, by);
    if (created) void reply.status(201);
    return toDto(entry);
  }
}

const toDto = toEntryDto<QualificationDto>;
