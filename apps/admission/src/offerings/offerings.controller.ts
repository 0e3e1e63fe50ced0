import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { IfMatch, NeedsIfMatch, SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { OfferingDto, OfferingPageDto, OfferingsQuery, PlanOfferingDto, SeatPlanDto } from './offerings.dto.js';
import { OfferingsService } from './offerings.service.js';

@ApiTags('offerings')
@Controller('offerings')
export class OfferingsController {
  constructor(private readonly offerings: OfferingsService) {}

  @Post()
  @SendsETag()
  @Scope('admission.offerings:write', { institution: 'body.institutionId' })
  @Operation({
    id: 'planOffering',
    summary: 'Offer a programme in a stage',
    description: 'Only until the stage opens, and only with a licence on the first teaching day.',
    kind: 'create',
  })
  plan(@Body() dto: PlanOfferingDto, @Once() once: WriteOnce): Promise<OfferingDto> {
    return this.offerings.plan(dto, once);
  }

  @Get()
  @Paged()
  @Scope('admission.offerings:read')
  @Operation({ id: 'listOfferings', summary: 'Offerings, oldest first', kind: 'list' })
  list(@Query() query: OfferingsQuery): Promise<OfferingPageDto> {
    return this.offerings.list(query);
  }

  @Get(':id')
  @SendsETag()
  @Scope('admission.offerings:read')
  @Operation({ id: 'getOffering', summary: 'One offering', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<OfferingDto> {
    return this.offerings.get(id);
  }

  @Put(':id/seat-plan')
  @SendsETag()
  @NeedsIfMatch()
  @Scope('admission.offerings:write')
  @Operation({ id: 'changeSeatPlan', summary: 'Change the seats of an offering until its stage opens', kind: 'change' })
  changeSeats(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() dto: SeatPlanDto,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
  ): Promise<OfferingDto> {
    return this.offerings.changeSeats(id, dto, version, actor);
  }
}
