import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentActor } from '../auth/access.js';
import { Actor } from '../auth/actor.js';
import { Once } from '../idempotency/idempotency.js';
import type { WriteOnce } from '../idempotency/idempotency.js';
import { Operation } from '../openapi/operation.js';
import { Paged, PageQuery } from '../paging/paging.js';
import {
  CreatedWebhookDto,
  CreateWebhookDto,
  RedeliverDto,
  WebhookDeliveryDto,
  WebhookDeliveryPageDto,
  WebhookDto,
  WebhookPageDto,
} from './webhooks.dto.js';
import { Webhooks } from './webhooks.service.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @Post()
  @Authenticated()
  @Operation({
    id: 'createWebhook',
    summary: 'Have changes sent to an address, signed, in order, at least once',
    description:
      'Needs the scope that reads each feed; a client that does not act nationally is sent what its feed shows. Messages hold ids (Standard Webhooks 1.0). The secret is shown once.',
    kind: 'create',
  })
  create(
    @Body() dto: CreateWebhookDto,
    @CurrentActor() by: Actor,
    @Once() once: WriteOnce,
  ): Promise<CreatedWebhookDto> {
    return this.webhooks.create(dto, by, once);
  }

  @Get()
  @Paged()
  @Authenticated()
  @Operation({ id: 'listWebhooks', summary: 'The client’s own webhooks, oldest first', kind: 'list' })
  list(@Query() query: PageQuery, @CurrentActor() by: Actor): Promise<WebhookPageDto> {
    return this.webhooks.list(query, by);
  }

  @Get(':id')
  @Authenticated()
  @Operation({ id: 'getWebhook', summary: 'One of the client’s own webhooks', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() by: Actor): Promise<WebhookDto> {
    return this.webhooks.get(id, by);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  @Authenticated()
  @Operation({ id: 'removeWebhook', summary: 'Send nothing more to an address', kind: 'read' })
  remove(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() by: Actor): Promise<void> {
    return this.webhooks.remove(id, by);
  }

  @Get(':id/deliveries')
  @Paged()
  @Authenticated()
  @Operation({ id: 'listWebhookDeliveries', summary: 'Attempts of the last 30 days, newest first', kind: 'list' })
  deliveries(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: PageQuery,
    @CurrentActor() by: Actor,
  ): Promise<WebhookDeliveryPageDto> {
    return this.webhooks.deliveries(id, query, by);
  }

  @Post(':id/ping')
  @HttpCode(200)
  @Authenticated()
  @Operation({ id: 'pingWebhook', summary: 'Send a test message now', kind: 'command' })
  ping(@Param('id', ParseUUIDPipe) id: string, @CurrentActor() by: Actor): Promise<WebhookDeliveryDto> {
    return this.webhooks.ping(id, by);
  }

  @Post(':id/redeliveries')
  @HttpCode(200)
  @Authenticated()
  @Operation({
    id: 'redeliverWebhook',
    summary: 'Try again at once, from where deliveries stand or from a cursor',
    description: 'Also for a parked webhook. What the client may read is taken anew from its token.',
    kind: 'command',
  })
  redeliver(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() { after }: RedeliverDto,
    @CurrentActor() by: Actor,
  ): Promise<WebhookDto> {
    return this.webhooks.redeliver(id, after, by);
  }
}
