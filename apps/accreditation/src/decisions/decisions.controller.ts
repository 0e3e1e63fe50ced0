import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { DecisionDto, DecisionPageDto, DecisionsQuery, RevokeDto } from './decisions.dto.js';
import { DecisionsService } from './decisions.service.js';

@ApiTags('decisions')
@Controller('decisions')
export class DecisionsController {
  constructor(
    private readonly decisions: DecisionsService,
    private readonly changes: Changes,
  ) {}

  @Get()
  @Paged()
  @Scope('accreditation.decisions:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listDecisions',
    summary: 'Decisions, oldest first',
    description: 'A client that does not act nationally sees those of its institutions.',
    kind: 'list',
  })
  list(@Query() query: DecisionsQuery, @CurrentActor() actor: Actor): Promise<DecisionPageDto> {
    return this.decisions.list(query, actor);
  }

  @Get('changes')
  @Scope('accreditation.decisions:read')
  @Operation({
    id: 'listDecisionChanges',
    summary: 'Every right granted or revoked, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('accreditation.decision', query, actor.institutionFilter);
  }

  @Get(':id')
  @SendsETag()
  @Scope('accreditation.decisions:read')
  @Operation({ id: 'getDecision', summary: 'One decision', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<DecisionDto> {
    return this.decisions.get(id, actor);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @SendsETag()
  @Scope('accreditation.procedures:decide', { national: true })
  @Operation({
    id: 'revokeDecision',
    summary: 'Revoke an imported decision',
    description: 'One that came from a procedure is revoked there.',
    kind: 'create',
  })
  revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RevokeDto,
    @Once() once: WriteOnce,
  ): Promise<DecisionDto> {
    return this.decisions.revokeImported(id, dto, once);
  }
}
