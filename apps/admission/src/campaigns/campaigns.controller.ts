import { Body, Controller, Get, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { SendsETag } from '@meistras/platform/http/etag';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { CampaignDto, CampaignPageDto, CampaignsQuery, PlanYearDto } from './campaigns.dto.js';
import { CampaignsService } from './campaigns.service.js';

@ApiTags('campaigns')
@Controller('campaigns')
export class CampaignsController {
  constructor(private readonly campaigns: CampaignsService) {}

  @Post()
  @SendsETag()
  @Scope('admission.campaigns:write', { national: true })
  @Operation({ id: 'planCampaign', summary: 'Plan the admission of a year', kind: 'create' })
  plan(@Body() dto: PlanYearDto, @Once() once: WriteOnce): Promise<CampaignDto> {
    return this.campaigns.plan(dto, once);
  }

  @Get()
  @Paged()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'listCampaigns', summary: 'Admission years, oldest first', kind: 'list' })
  list(@Query() query: CampaignsQuery): Promise<CampaignPageDto> {
    return this.campaigns.list(query);
  }

  @Get(':id')
  @SendsETag()
  @Scope('admission.campaigns:read')
  @Operation({ id: 'getCampaign', summary: 'One admission year', kind: 'read' })
  get(@Param('id', ParseUUIDPipe) id: string): Promise<CampaignDto> {
    return this.campaigns.get(id);
  }
}
