import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatchIfGiven, SendsETag, TakesIfMatch } from '@meistras/platform/http/etag';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import {
  DecideSuitabilityDto,
  SuitabilityDecisionsDto,
  SuitabilityDecisionsResultDto,
  SuitabilityDto,
  SuitabilityKeyParams,
  SuitabilityPageDto,
  SuitabilityQuery,
} from './suitability.dto.js';
import { SuitabilityService } from './suitability.service.js';

@ApiTags('suitability')
@Controller()
export class SuitabilityController {
  constructor(private readonly suitability: SuitabilityService) {}

  @Get('suitability')
  @Paged()
  @Scope('admission.suitability:read', { institution: 'query.institutionId' })
  @Operation({ id: 'listSuitability', summary: 'What must I decide, and what have I decided?', kind: 'list' })
  list(@Query() query: SuitabilityQuery, @CurrentActor() actor: Actor): Promise<SuitabilityPageDto> {
    return this.suitability.list(query, actor);
  }

  @Put('suitability/:applicationId/:offeringId')
  @SendsETag()
  @TakesIfMatch()
  @Scope('admission.suitability:decide')
  @Operation({
    id: 'decideSuitability',
    summary: 'Decide whether an applicant may take the programme',
    description: 'Until the application window ends. The same decision again changes nothing.',
    kind: 'change',
  })
  decide(
    @Param() key: SuitabilityKeyParams,
    @Body() dto: DecideSuitabilityDto,
    @CurrentActor() actor: Actor,
    @IfMatchIfGiven() version: number | undefined,
  ): Promise<SuitabilityDto> {
    return this.suitability.decide(key, dto, actor, version);
  }

  @Post('suitability-decisions')
  @HttpCode(200)
  @Scope('admission.suitability:decide', { institution: 'body.institutionId' })
  @ApiOkResponse({ type: SuitabilityDecisionsResultDto })
  @Operation({
    id: 'decideSuitabilities',
    summary: 'Decide on up to 1,000 applicants of one institution',
    description: 'All or nothing. The same decisions again change nothing.',
    kind: 'command',
  })
  decideAll(
    @Body() dto: SuitabilityDecisionsDto,
    @CurrentActor() actor: Actor,
  ): Promise<SuitabilityDecisionsResultDto> {
    return this.suitability.decideAll(dto, actor);
  }
}
