import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { DraftsQuery, RejectDraftDto } from '../drafts/drafts.dto.js';
import {
  AttestedDto,
  InstitutionDraftDto,
  InstitutionDraftPageDto,
  ProposeInstitutionDto,
} from './institution-drafts.dto.js';
import { InstitutionDraftsService } from './institution-drafts.service.js';

const whose = 'For national clients, and for a municipality: those in its area.';
const whoDecides =
  'By a national client, or by a municipality of an institution of its area that is neither VET nor higher education.';
const reads = Scope('registers.institution-drafts:read', { national: true, municipal: true });
const writes = Scope('registers.institutions:write', { national: true, municipal: true });

@ApiTags('institutions')
@Controller('institution-drafts')
export class InstitutionDraftsController {
  constructor(private readonly drafts: InstitutionDraftsService) {}

  @Post()
  @SendsETag()
  @writes
  @Operation({
    id: 'proposeInstitution',
    summary: 'Propose an institution, with pledge and data card',
    description: `${whose} It is in the register, and announced, from its confirmation on.`,
    kind: 'create',
  })
  propose(
    @Body() dto: ProposeInstitutionDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<InstitutionDraftDto> {
    return this.drafts.propose(dto, actor, once);
  }

  @Get()
  @Paged()
  @reads
  @Operation({
    id: 'listInstitutionDrafts',
    summary: 'Proposed institutions, oldest first',
    description: whose,
    kind: 'list',
  })
  list(@Query() query: DraftsQuery, @CurrentActor() actor: Actor): Promise<InstitutionDraftPageDto> {
    return this.drafts.list(query, actor);
  }

  @Get(':id')
  @SendsETag()
  @reads
  @Operation({ id: 'getInstitutionDraft', summary: 'One proposed institution', description: whose, kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<InstitutionDraftDto> {
    return this.drafts.get(id, actor);
  }

  @Put(':id/confirmation')
  @SendsETag()
  @NeedsIfMatch()
  @writes
  @Operation({
    id: 'confirmInstitution',
    summary: 'Register a proposed institution, attesting its statutes',
    description: `${whoDecides} R-REG-06: the statutes are in the legal-entities register and name education.`,
    kind: 'change',
  })
  confirm(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: AttestedDto,
    @IfMatch() readVersion: number,
    @CurrentActor() by: Actor,
  ): Promise<InstitutionDraftDto> {
    return this.drafts.confirm({ kind: 'INSTITUTION', id, readVersion, by }, dto);
  }

  @Put(':id/rejection')
  @SendsETag()
  @NeedsIfMatch()
  @writes
  @Operation({
    id: 'rejectInstitution',
    summary: 'Reject a proposed institution, with a reason',
    description: whoDecides,
    kind: 'change',
  })
  reject(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { reason }: RejectDraftDto,
    @IfMatch() readVersion: number,
    @CurrentActor() by: Actor,
  ): Promise<InstitutionDraftDto> {
    return this.drafts.reject({ kind: 'INSTITUTION', id, readVersion, by }, reason);
  }
}
