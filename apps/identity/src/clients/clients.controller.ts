import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  AddKeyDto,
  ClientDto,
  ClientFactsDto,
  ClientPageDto,
  ClientsQuery,
  ClientWithNewKeyDto,
  RegisterClientDto,
} from './clients.dto.js';
import { ClientsService } from './clients.service.js';

@ApiTags('clients')
@Controller('clients')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  @Post()
  @SendsETag()
  @Scope('identity.clients:write', { national: true })
  @Operation({
    id: 'registerClient',
    summary: 'Register an API client',
    kind: 'create',
    description: 'With `client_secret_basic` the answer holds the secret; it is shown once and kept only as a hash.',
  })
  register(@Body() dto: RegisterClientDto, @Once() once: WriteOnce): Promise<ClientWithNewKeyDto> {
    return this.clients.register(dto, once);
  }

  @Get()
  @Paged()
  @Scope('identity.clients:read', { national: true })
  @Operation({ id: 'listClients', summary: 'API clients by id', kind: 'list' })
  list(@Query() query: ClientsQuery): Promise<ClientPageDto> {
    return this.clients.list(query);
  }

  @Get(':id')
  @SendsETag()
  @Scope('identity.clients:read', { national: true })
  @Operation({ id: 'getClient', summary: 'One API client', kind: 'read' })
  get(@Param('id') id: string): Promise<ClientDto> {
    return this.clients.get(id);
  }

  @Put(':id')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('identity.clients:write', { national: true })
  @Operation({
    id: 'changeClient',
    summary: 'Replace name, scopes and institutions of a client',
    kind: 'change',
    description: 'When the client may do less than before, its earlier tokens are closed within seconds.',
  })
  change(@Param('id') id: string, @Body() dto: ClientFactsDto, @IfMatch() version: number): Promise<ClientDto> {
    return this.clients.change(id, dto, version);
  }

  @Post(':id/keys')
  @SendsETag()
  @Scope('identity.clients:write', { national: true })
  @Operation({ id: 'addClientKey', summary: 'Add a second live key, to change keys without a pause', kind: 'create' })
  addKey(@Param('id') id: string, @Body() dto: AddKeyDto, @Once() once: WriteOnce): Promise<ClientWithNewKeyDto> {
    return this.clients.addKey(id, dto, once);
  }

  @Delete(':id/keys/:keyId')
  @HttpCode(204)
  @NeedsIfMatch()
  @ApiNoContentResponse({ description: 'The key is dead.' })
  @Scope('identity.clients:write', { national: true })
  @Operation({ id: 'removeClientKey', summary: 'End a key; never the last one', kind: 'change' })
  removeKey(
    @Param('id') id: string,
    @Param('keyId', ParseUUIDPipe) keyId: string,
    @IfMatch() version: number,
  ): Promise<void> {
    return this.clients.removeKey(id, keyId, version);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @SendsETag()
  @Scope('identity.clients:write', { national: true })
  @Operation({
    id: 'revokeClient',
    summary: 'Revoke a client for good',
    kind: 'command',
    description: 'It gets no token any more and its earlier ones are closed within seconds. Twice is as once.',
  })
  revoke(@Param('id') id: string): Promise<ClientDto> {
    return this.clients.revoke(id);
  }
}
