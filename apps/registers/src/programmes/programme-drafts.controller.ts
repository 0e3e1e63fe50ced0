import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import type { RegisterProgrammeDto } from './programmes.dto.js';
import { ProgrammesService } from './programmes.service.js';
import { DraftsQuery, RejectDraftDto } from '../drafts/drafts.dto.js';
import { DraftsService } from '../drafts/drafts.service.js';
import { ProgrammeDraftDto, ProgrammeDraftPageDto, ProposeProgrammeDto } from './programme-drafts.dto.js';

const kind = 'PROGRAMME';
const whose = 'A client that does not act nationally sees those that its institutions proposed.';
const decides = Scope('registers.programmes:write', { national: true });

@ApiTags('programmes')
@Controller('programme-drafts')
export class ProgrammeDraftsController {
  constructor(
    private readonly drafts: DraftsService,
    private readonly programmes: ProgrammesService,
  ) {}

  @Post()
  @SendsETag()
  @Scope('registers.programme-drafts:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'proposeProgramme',
    summary: 'Propose a programme',
    description:
      'The institution proposes; a national client confirms. It is in the register, and announced, from then on.',
    kind: 'create',
  })
  propose(
    @Body() dto: ProposeProgrammeDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<ProgrammeDraftDto> {
    return this.drafts.propose({ kind, ...dto }, actor, once);
  }

  @Get()
  @Paged()
  @Scope('registers.programme-drafts:read')
  @Operation({
    id: 'listProgrammeDrafts',
    summary: 'Proposed programmes, oldest first',
    description: whose,
    kind: 'list',
  })
  list(@Query() query: DraftsQuery, @CurrentActor() actor: Actor): Promise<ProgrammeDraftPageDto> {
    return this.drafts.list(kind, query, actor);
  }

  @Get(':id')
  @SendsETag()
  @Scope('registers.programme-drafts:read')
  @Operation({ id: 'getProgrammeDraft', summary: 'One proposed programme', description: whose, kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<ProgrammeDraftDto> {
    return this.drafts.get(kind, id, actor);
  }

  @Put(':id/confirmation')
  @SendsETag()
  @NeedsIfMatch()
  @decides
  @Operation({ id: 'confirmProgramme', summary: 'Register a proposed programme', kind: 'change' })
  confirm(
    @Param('id', ParseUUIDPipe) id: string,
    @IfMatch() readVersion: number,
    @CurrentActor() by: Actor,
  ): Promise<ProgrammeDraftDto> {
    return this.drafts.confirm({ kind, id, readVersion, by }, async (tx, { facts }) => {
      const entry = await this.programmes.register.add(tx, facts as RegisterProgrammeDto, by.clientId);
      return { entryId: entry.id };
    });
  }

  @Put(':id/rejection')
  @SendsETag()
  @NeedsIfMatch()
  @decides
  @Operation({ id: 'rejectProgramme', summary: 'Reject a proposed programme, with a reason', kind: 'change' })
  reject(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: RejectDraftDto,
    @IfMatch() readVersion: number,
    @CurrentActor() by: Actor,
  ): Promise<ProgrammeDraftDto> {
    return this.drafts.reject({ kind, id, readVersion, by }, reason, () => undefined);
  }
}
