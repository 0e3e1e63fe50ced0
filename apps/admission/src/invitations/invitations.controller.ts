import { Body, Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { SendsETag } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { AnnulInvitationDto, InvitationDto, InvitationPageDto, InvitationsQuery } from './invitations.dto.js';
import { InvitationsService } from './invitations.service.js';

@ApiTags('invitations')
@Controller('invitations')
export class InvitationsController {
  constructor(private readonly invitations: InvitationsService) {}

  @Get()
  @Paged()
  @Scope('admission.invitations:read', { institution: 'query.institutionId' })
  @Operation({
    id: 'listInvitations',
    summary: 'Invitations to the own institution and of the own learners',
    kind: 'list',
  })
  list(@Query() query: InvitationsQuery, @CurrentActor() actor: Actor): Promise<InvitationPageDto> {
    return this.invitations.list(query, actor);
  }

  @Get(':id')
  @SendsETag()
  @Scope('admission.invitations:read')
  @Operation({ id: 'getInvitation', summary: 'One invitation', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<InvitationDto> {
    return this.invitations.get(id, actor);
  }

  @Post(':id/decline')
  @HttpCode(200)
  @SendsETag()
  @Scope('admission.invitations:write')
  @ApiOkResponse({ type: InvitationDto })
  @Operation({ id: 'declineInvitation', summary: 'Decline an invitation', kind: 'command' })
  decline(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<InvitationDto> {
    return this.invitations.decline(id, actor);
  }

  @Post(':id/annul')
  @HttpCode(200)
  @SendsETag()
  @Scope('admission.agreements:write')
  @ApiOkResponse({ type: InvitationDto })
  @Operation({
    id: 'annulInvitation',
    summary: 'Annul an invitation because originals contradict what was declared',
    description: 'By the invited institution, inside the signing window. The place is free.',
    kind: 'command',
  })
  annul(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: AnnulInvitationDto,
    @CurrentActor() actor: Actor,
  ): Promise<InvitationDto> {
    return this.invitations.annul(id, dto, actor);
  }
}
