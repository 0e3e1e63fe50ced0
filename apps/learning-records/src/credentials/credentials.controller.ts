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
import {
  CredentialDto,
  CredentialPageDto,
  CredentialsQuery,
  IssueCredentialDto,
  RevokeCredentialDto,
} from './credentials.dto.js';
import { CredentialsService } from './credentials.service.js';

@ApiTags('credentials')
@Controller('credentials')
export class CredentialsController {
  constructor(
    private readonly credentials: CredentialsService,
    private readonly changes: Changes,
  ) {}

  @Post()
  @SendsETag()
  @Scope('learning-records.credentials:write')
  @Operation({ id: 'issueCredential', summary: 'Issue the diploma of a completed enrolment', kind: 'create' })
  issue(
    @Body() dto: IssueCredentialDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<CredentialDto> {
    return this.credentials.issue(dto, actor, once);
  }

  @Get()
  @Paged()
  @Scope('learning-records.credentials:read')
  @Operation({ id: 'listCredentials', summary: 'Diplomas, oldest first', kind: 'list' })
  list(@Query() query: CredentialsQuery, @CurrentActor() actor: Actor): Promise<CredentialPageDto> {
    return this.credentials.list(query, actor);
  }

  @Get('changes')
  @Scope('learning-records.credentials:read')
  @Operation({
    id: 'listCredentialChanges',
    summary: 'Every diploma issued and revoked, in order, without gaps',
    kind: 'list',
  })
  listChanges(@Query() query: PageQuery, @CurrentActor() actor: Actor): Promise<ChangePageDto> {
    return this.changes.list('learning-records.credential', query, actor.institutionFilter);
  }

  @Get(':id')
  @SendsETag()
  @Scope('learning-records.credentials:read')
  @Operation({ id: 'getCredential', summary: 'One diploma with its signed document', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() actor: Actor): Promise<CredentialDto> {
    return this.credentials.get(id, actor);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @SendsETag()
  @Scope('learning-records.credentials:write')
  @Operation({ id: 'revokeCredential', summary: 'Revoke a diploma', kind: 'create' })
  revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: RevokeCredentialDto,
    @CurrentActor() actor: Actor,
    @Once() once: WriteOnce,
  ): Promise<CredentialDto> {
    return this.credentials.revoke(id, dto.reason, actor, once);
  }
}
