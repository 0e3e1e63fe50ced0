import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Scope } from '../auth/access.js';
import { Operation } from '../openapi/operation.js';
import { Paged, PageQuery } from '../paging/paging.js';
import type { Page } from '../paging/paging.js';
import { ParkedEventDto, ParkedEventPageDto } from './parked-events.dto.js';
import { ParkedEvents } from './parked-events.service.js';

@ApiTags('operations')
@Controller('parked-events')
export class ParkedEventsController {
  constructor(private readonly parked: ParkedEvents) {}

  @Get()
  @Paged()
  @Scope('platform.parked-events:read', { national: true })
  @Operation({ id: 'listParkedEvents', summary: 'Events that this service could not apply', kind: 'list' })
  @ApiOkResponse({ type: ParkedEventPageDto })
  list(@Query() query: PageQuery): Promise<Page<ParkedEventDto>> {
    return this.parked.list(query);
  }

  @Post(':id/retry')
  @HttpCode(200)
  @Scope('platform.parked-events:write', { national: true })
  @Operation({ id: 'retryParkedEvent', summary: 'Apply a parked event again', kind: 'command' })
  @ApiOkResponse({ type: ParkedEventDto })
  retry(@Param('id', ParseUUIDPipe) id: string): Promise<ParkedEventDto> {
    return this.parked.retry(id);
  }
}
