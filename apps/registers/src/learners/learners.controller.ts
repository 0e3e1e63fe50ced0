import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentReading, StatesPurpose } from '@meistras/platform/access-log/reading';
import type { Reading } from '@meistras/platform/access-log/reading';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsExport } from '@meistras/platform/exports/exports';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { PersonExports } from '../personal-data/person-exports.service.js';
import { AsOfQuery, HistoryDto, RegisterExportQuery } from '../register/register.dto.js';
import {
  LearnerDto,
  LearnerFactsDto,
  LearnerMatchDto,
  LearnerPageDto,
  LearnersQuery,
  MatchLearnerDto,
  ProtectLearnerDto,
  RegisterLearnerDto,
} from './learners.dto.js';
import { FoundLearnerPageDto, SearchLearnersDto } from './learner-search.dto.js';
import { LearnerSearchService } from './learner-search.service.js';
import { LearnerProtectionService } from './learner-protection.service.js';
import { LearnersService } from './learners.service.js';

const forCodes = 'A read that states none is answered no personal code, whatever the token opens.';
const reach =
  'A client that does not act nationally sees the learners registered by its institutions or enrolled there.';

/** R-REG-18: a municipality reads for coordination. */
const reads = Scope('registers.learners:read', { municipal: true });

@ApiTags('learners')
@Controller('learners')
export class LearnersController {
  constructor(
    private readonly learners: LearnersService,
    private readonly search: LearnerSearchService,
    private readonly protection: LearnerProtectionService,
    private readonly changes: Changes,
    private readonly personExports: PersonExports,
  ) {}

  @Post()
  @SendsETag()
  @Scope('registers.learners:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'registerLearner',
    summary: 'Register a learner',
    description: 'A personal code that is taken is refused with `learner-personal-code-taken`; ask `match` for its id.',
    kind: 'create',
  })
  register(
    @Body() dto: RegisterLearnerDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<LearnerDto> {
    return this.learners.register(dto, actor, once);
  }

  @Post('match')
  @HttpCode(200)
  @StatesPurpose()
  @reads
  @Operation({
    id: 'matchLearner',
    summary: 'Is the person of a personal code registered?',
    description: 'The code stands in the body alone. The id is answered only within the caller’s reach.',
    kind: 'command',
  })
  match(@Body() { personalCode }: MatchLearnerDto, @CurrentReading() reading: Reading): Promise<LearnerMatchDto> {
    return this.learners.match(personalCode, reading);
  }

  @Post('search')
  @HttpCode(200)
  @StatesPurpose(forCodes)
  @reads
  @Operation({
    id: 'searchLearners',
    summary: 'Learners by words of their name, the likest first',
    description: reach,
    kind: 'command',
  })
  searchFor(@Body() dto: SearchLearnersDto, @CurrentReading() reading: Reading): Promise<FoundLearnerPageDto> {
    return this.search.search(dto, reading);
  }

  @Get()
  @Paged()
  @StatesPurpose(forCodes)
  @Scope('registers.learners:read', { institution: 'query.institutionId', municipal: true })
  @Operation({ id: 'listLearners', summary: 'Learners, oldest entry first', description: reach, kind: 'list' })
  list(@Query() query: LearnersQuery, @CurrentReading() reading: Reading): Promise<LearnerPageDto> {
    return this.learners.list(query, reading);
  }

  @Get('changes')
  @reads
  @Operation({
    id: 'listLearnerChanges',
    summary: 'Every change of a learner, in order, without gaps',
    description: 'Ids and birth years only. A school sees the changes of the learners that it registered.',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('registers.learner', query, actor.institutionFilter);
  }

  @Get('export')
  @SendsExport()
  @StatesPurpose('It must be stated.')
  @Scope('registers.learner-exports:read')
  @Operation({
    id: 'exportLearners',
    summary: 'All learners within reach in one stream, gzipped if accepted',
    description:
      'Whoever keeps a copy starts from it and goes on in the change feed from `X-High-Watermark`. With `validOn` or `knownOn` it shows what held then of those who are learners now. Everybody in it finds the read in their access log. No personal codes.',
    kind: 'list',
    also: [503],
  })
  export(
    @Query() { format, ...times }: RegisterExportQuery,
    @CurrentReading() reading: Reading,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.personExports.send(this.learners.exported(reading, times), { format, reading, reply });
  }

  @Get(':id')
  @SendsETag()
  @StatesPurpose(forCodes)
  @reads
  @Operation({ id: 'getLearner', summary: 'One learner', description: reach, kind: 'read', also: [308, 410] })
  get(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() asOf: AsOfQuery,
    @CurrentReading() reading: Reading,
  ): Promise<LearnerDto> {
    return this.learners.get(id, reading, asOf);
  }

  @Get(':id/history')
  @StatesPurpose()
  @reads
  @Operation({
    id: 'getLearnerHistory',
    summary: 'What was and is believed of a learner, newest knowledge first',
    description: reach,
    kind: 'read',
    also: [308, 410],
  })
  history(@Param('id', ParseUUIDPipe) id: string, @CurrentReading() reading: Reading): Promise<HistoryDto> {
    return this.learners.history(id, reading);
  }

  @Put(':id')
  @SendsETag()
  @StatesPurpose()
  @NeedsIfMatch()
  @Scope('registers.learners:write')
  @Operation({ id: 'changeLearner', summary: 'Replace the facts of a learner', kind: 'change', also: [308, 410] })
  change(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: LearnerFactsDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<LearnerDto> {
    return this.learners.change(id, dto, { readVersion, reading });
  }

  @Put(':id/protection')
  @SendsETag()
  @StatesPurpose()
  @NeedsIfMatch()
  @Scope('registers.protected:write', { national: true })
  @Operation({
    id: 'protectLearner',
    summary: 'Protect a learner, or no longer',
    description: 'To clients without `registers.protected:read` a protected learner is as one who does not exist.',
    kind: 'change',
  })
  protect(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: ProtectLearnerDto,
    @IfMatch() readVersion: number,
    @CurrentReading() reading: Reading,
  ): Promise<LearnerDto> {
    return this.protection.protect(id, dto, { readVersion, reading });
  }
}
