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
import { AsOfQuery, StatedTerms } from '../register/register.dto.js';
import { toEntryDto } from '../register/register.js';
import {
  EmployerCodeParams,
  EmployerDto,
  EmployerFactsDto,
  EmployerPageDto,
  EmployersQuery,
  RegisterEmployerDto,
} from './employers.dto.js';
import { EmployersService } from './employers.service.js';

@ApiTags('employers')
@Controller('employers')
export class EmployersController extends RegisterController({
  one: 'Employer',
  many: 'Employers',
  anEntry: 'an employer',
  entries: 'employers',
  resource: 'registers.employers',
  topic: 'registers.employer',
}) {
  constructor(
    private readonly employers: EmployersService,
    changes: Changes,
    exports: Exports,
  ) {
    super(employers.register, changes, exports);
  }

  @Post()
  @SendsETag()
  @Scope('registers.employers:write', { national: true })
  @Operation({ id: 'registerEmployer', summary: 'Register an employer', kind: 'create' })
  register(
    @Body() dto: RegisterEmployerDto,
    @Provider() provider: string,
    @Once() once: WriteOnce,
  ): Promise<EmployerDto> {
    return this.employers.register.register(dto, provider, once, toDto);
  }

  @Get()
  @Paged()
  @Scope('registers.employers:read')
  @Operation({ id: 'listEmployers', summary: 'Employers, oldest first', kind: 'list' })
  async list(@Query() query: EmployersQuery): Promise<EmployerPageDto> {
    const { code, municipalityCode } = query;
    const wanted = Object.entries({ code, municipalityCode });
    const entries = await this.employers.register.list(
      query,
      wanted.map(([property, value]) => ({ property, value })),
    );
    return toPage(entries, query.limit, toDto, ({ id }) => [id]);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.employers:read')
  @Operation({ id: 'getEmployer', summary: 'One employer', kind: 'read' })
  async get(@Param('id', ParseUUIDPipe) id: string, @Query() asOf: AsOfQuery): Promise<EmployerDto> {
    return toDto(await this.employers.register.get(id, asOf));
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.employers:write', { national: true })
  @Operation({ id: 'changeEmployer', summary: 'Replace the facts of an employer', kind: 'change' })
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: EmployerFactsDto,
    @ChangedBy() by: By,
  ): Promise<EmployerDto> {
    return toDto(await this.employers.register.change(id, { ...dto, workplaces: dto.workplaces ?? [] }, by));
  }

  @Put(':id/deregistration')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('registers.employers:write', { national: true })
  @Operation({ id: 'deregisterEmployer', summary: 'Take an employer off the register from a day on', kind: 'change' })
  async deregister(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: StatedTerms,
    @ChangedBy() by: By,
  ): Promise<EmployerDto> {
    return toDto(await this.employers.deregister(id, dto, by));
  }

  @Put('by-code/:codeScheme/:code')
  @SendsETag()
  @TakesIfMatch()
  @Scope('registers.employers:write', { national: true })
  @ApiOkResponse({ type: EmployerDto, description: 'It was there; unchanged facts make no new version.' })
  @ApiCreatedResponse({ type: EmployerDto })
  @Operation({ id: 'putEmployer', summary: 'Register or change the employer of a code', kind: 'upsert' })
  async put(
    @Param() code: EmployerCodeParams,
    @Body() dto: EmployerFactsDto,
    @PutBy() by: ByIfGiven,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EmployerDto> {
    const { entry, created } = await this.employers.register.upsert(
      { ...dto, workplaces: dto.workplaces ?? [], ...code },
      by,
    );
    if (created) void reply.status(201);
    return toDto(entry);
  }
}

const toDto = toEntryDto<EmployerDto>;
