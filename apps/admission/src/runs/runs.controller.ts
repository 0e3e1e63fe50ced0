import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import type { Language } from '@meistras/platform/http/language.rules';
import { InLanguage, SpeaksLanguages } from '@meistras/platform/http/languages';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { ExplanationDto } from './explanations.dto.js';
import { ExplanationsService } from './explanations.service.js';
import { DecideQuarantineDto, RunDto, RunPageDto, RunsQuery, StartRunQuery } from './runs.dto.js';
import { QuarantineService } from './quarantine.service.js';
import { RunsService } from './runs.service.js';
import { StageClock } from './stage-clock.service.js';

@ApiTags('runs')
@Controller()
export class RunsController {
  constructor(
    private readonly runs: RunsService,
    private readonly quarantine: QuarantineService,
    private readonly explanations: ExplanationsService,
    private readonly clock: StageClock,
  ) {}

  @Post('stages/:stageId/runs')
  @HttpCode(202)
  @Scope('admission.runs:decide', { national: true })
  @ApiAcceptedResponse({ type: RunDto })
  @Operation({
    id: 'startRun',
    summary: 'Allocate the places of a locked stage',
    description: 'Answers at once; read the run until it is COMPLETED.',
    kind: 'create',
  })
  async start(
    @Param('stageId', ParseUUIDPipe) stageId: string,
    @Query() query: StartRunQuery,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<RunDto> {
    const run = await this.runs.start(stageId, query, { by: actor, once });
    this.clock.rouse();
    return run;
  }

  @Get('stages/:stageId/runs')
  @Paged()
  @Scope('admission.runs:read', { national: true })
  @Operation({ id: 'listRuns', summary: 'All runs of a stage, oldest first', kind: 'list' })
  list(@Param('stageId', ParseUUIDPipe) stageId: string, @Query() query: RunsQuery): Promise<RunPageDto> {
    return this.runs.list(stageId, query);
  }

  @Get('runs/:id')
  @SendsETag()
  @Scope('admission.runs:read', { national: true })
  @Operation({ id: 'getRun', summary: 'One run with its hashes and the verifier’s report', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<RunDto> {
    return this.runs.get(id);
  }

  @Post('runs/:id/publish')
  @HttpCode(202)
  @Scope('admission.runs:decide', { national: true })
  @ApiAcceptedResponse({ type: RunDto })
  @Operation({
    id: 'publishRun',
    summary: 'Confirm a verified run: reveal the seed and issue the invitations',
    description: 'Answers at once; read the run until it is PUBLISHED.',
    kind: 'command',
  })
  async publish(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<RunDto> {
    const run = await this.runs.publish(id, actor);
    this.clock.rouse();
    return run;
  }

  @Post('runs/:id/quarantine-decisions')
  @HttpCode(202)
  @Scope('admission.runs:decide', { national: true })
  @ApiAcceptedResponse({ type: RunDto })
  @Operation({
    id: 'decideQuarantine',
    summary: 'Let the results of a group out that the verifier’s finding holds back',
    description:
      'They stand as they were computed, by the act named; before or after the publication of the others. Whoever wants them computed anew starts another run before publication. Answers at once; invitations follow.',
    kind: 'create',
  })
  async decide(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: DecideQuarantineDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<RunDto> {
    const run = await this.quarantine.release(id, dto, { by: actor, once });
    this.clock.rouse();
    return run;
  }

  @Get('applications/:id/explanation')
  @SpeaksLanguages()
  @Scope('admission.applications:read')
  @Operation({
    id: 'explainResult',
    summary: 'Why this result? One reason for every listed option',
    description: 'For the national portal and the institution that registered the learner.',
    kind: 'read',
    also: [409],
  })
  explain(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentActor() actor: Actor,
    @InLanguage() language: Language,
  ): Promise<ExplanationDto> {
    return this.explanations.of(id, actor, language);
  }
}
