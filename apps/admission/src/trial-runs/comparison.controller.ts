import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { ComparedOfferingPageDto, ComparedOfferingsQuery, ComparisonDto, ComparisonQuery } from './comparison.dto.js';
import { ComparisonService } from './comparison.service.js';

@ApiTags('trial-runs')
@Controller('runs/:id/comparison')
export class ComparisonController {
  constructor(private readonly comparison: ComparisonService) {}

  @Get()
  @Scope('admission.runs:read', { national: true })
  @Operation({
    id: 'compareRuns',
    summary: 'What another run of the stage would change: applicants, places, fields',
    description: 'Any two runs that were computed, trial or final; figures alone.',
    kind: 'read',
    also: [409],
  })
  compare(@Param('id', ParseUUIDPipe) id: string, @Query() query: ComparisonQuery): Promise<ComparisonDto> {
    return this.comparison.of(id, query.with.toLowerCase());
  }

  @Get('offerings')
  @Paged()
  @Scope('admission.runs:read', { national: true })
  @Operation({
    id: 'compareRunsByOffering',
    summary: 'Places taken and cut-off scores of every offering in two runs',
    kind: 'list',
    also: [409],
  })
  offerings(
    @Param('id', ParseUUIDPipe) id: string,
    @Query() query: ComparedOfferingsQuery,
  ): Promise<ComparedOfferingPageDto> {
    return this.comparison.offerings(id, query);
  }
}
