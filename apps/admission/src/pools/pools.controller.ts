import { Body, Controller, Get, Param, ParseUUIDPipe, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { IfMatchIfGiven, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { PoolDto, PoolListDto, SetPoolDto, SetPoolsDto } from './pools.dto.js';
import { PoolsService } from './pools.service.js';

@ApiTags('pools')
@Controller('stages/:stageId/pools')
export class PoolsController {
  constructor(private readonly pools: PoolsService) {}

  @Get()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'listPools', summary: 'Quotas of state-funded places by field', kind: 'list' })
  list(@Param('stageId', ParseUUIDPipe) stageId: string): Promise<PoolListDto> {
    return this.pools.list(stageId);
  }

  @Put()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({
    id: 'setPools',
    summary: 'Set the quotas of many fields',
    description: 'Sets every field named and leaves the others; the same list again changes nothing.',
    kind: 'command',
  })
  setAll(@Param('stageId', ParseUUIDPipe) stageId: string, @Body() dto: SetPoolsDto): Promise<PoolListDto> {
    return this.pools.setAll(stageId, dto);
  }

  @Put(':fieldCode')
  @SendsETag()
  @TakesIfMatch()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({
    id: 'setPool',
    summary: 'Set the quota of one field',
    description: 'If-Match is needed once the quota is set.',
    kind: 'change',
  })
  set(
    @Param('stageId', ParseUUIDPipe) stageId: string,
    @Param('fieldCode') fieldCode: string,
    @Body() dto: SetPoolDto,
    @IfMatchIfGiven() version: number | undefined,
  ): Promise<PoolDto> {
    return this.pools.set(stageId, fieldCode, dto, version);
  }
}
