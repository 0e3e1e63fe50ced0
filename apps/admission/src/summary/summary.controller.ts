import { Controller, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { CampaignSummaryDto, StageSummaryDto } from './summary.dto.js';
import { SummaryService } from './summary.service.js';

@ApiTags('stages')
@Controller()
export class SummaryController {
  constructor(private readonly summary: SummaryService) {}

  @Get('stages/:stageId/summary')
  @Scope('admission.campaigns:read', { national: true })
  @Operation({
    id: 'summariseStage',
    summary: 'Places, applications, invitations and agreements in numbers',
    kind: 'read',
  })
  get(@Param('stageId', ParseUUIDPipe) stageId: string): Promise<StageSummaryDto> {
    return this.summary.of(stageId);
  }

  @Get('campaigns/:id/summary')
  @Scope('admission.campaigns:read', { national: true })
  @Operation({
    id: 'summariseCampaign',
    summary: 'The whole year in numbers, and whether its places add up',
    kind: 'read',
  })
  ofCampaign(@Param('id', ParseUUIDPipe) id: string): Promise<CampaignSummaryDto> {
    return this.summary.ofCampaign(id);
  }
}
