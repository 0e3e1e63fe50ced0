import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Changes } from '@meistras/platform/changes/changes';
import { ChangePageDto } from '@meistras/platform/changes/changes.dto';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import {
  AgreementDto,
  AgreementPageDto,
  AgreementsQuery,
  SignAgreementDto,
  TerminateAgreementDto,
} from './agreements.dto.js';
import { AgreementsService } from './agreements.service.js';

@ApiTags('agreements')
@Controller()
export class AgreementsController {
  constructor(
    private readonly agreements: AgreementsService,
    private readonly changes: Changes,
  ) {}

  @Post('invitations/:id/agreement')
  @SendsETag()
  @Scope('admission.agreements:write')
  @Operation({
    id: 'signAgreement',
    summary: 'Sign the training agreement of an invitation',
    description: 'By the invited institution, inside the signing window.',
    kind: 'create',
  })
  sign(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: SignAgreementDto,
    @CurrentActor() by: Actor,
    @Once() once: WriteOnce,
  ): Promise<AgreementDto> {
    return this.agreements.sign(id, dto, { by, once });
  }

  @Get('agreements')
  @Paged()
  @Scope('admission.agreements:read', { institution: 'query.institutionId' })
  @Operation({ id: 'listAgreements', summary: 'Training agreements, oldest first', kind: 'list' })
  list(@Query() query: AgreementsQuery, @CurrentActor() actor: Actor): Promise<AgreementPageDto> {
    return this.agreements.list(query, actor);
  }

  @Get('agreements/changes')
  @Scope('admission.agreements:read')
  @Operation({
    id: 'listAgreementChanges',
    summary: 'Every agreement signed or terminated, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('admission.agreement', query, actor.institutionFilter);
  }

  @Get('agreements/:id')
  @SendsETag()
  @Scope('admission.agreements:read')
  @Operation({ id: 'getAgreement', summary: 'One training agreement', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<AgreementDto> {
    return this.agreements.get(id, actor);
  }

  @Post('agreements/:id/terminate')
  @HttpCode(200)
  @SendsETag()
  @Scope('admission.agreements:write')
  @ApiOkResponse({ type: AgreementDto })
  @Operation({
    id: 'terminateAgreement',
    summary: 'End an agreement before teaching starts',
    description: 'The place is free again on that day.',
    kind: 'command',
  })
  terminate(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: TerminateAgreementDto,
    @CurrentActor() actor: Actor,
  ): Promise<AgreementDto> {
    return this.agreements.terminate(id, dto, actor);
  }
}
