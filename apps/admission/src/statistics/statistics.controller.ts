import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '@meistras/platform/auth/access';
import { SharedAnswer } from '@meistras/platform/http/shared-answer';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged } from '@meistras/platform/paging/paging';
import { CutOffPageDto, CutOffsQuery, StatisticsDto, StatisticsQuery } from './statistics.dto.js';
import { StatisticsService } from './statistics.service.js';

@ApiTags('statistics')
@Controller('stages/:stageId')
export class StatisticsController {
  constructor(private readonly statistics: StatisticsService) {}

  @Get('statistics')
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'getStageStatistics',
    summary: 'Applicants, invitations and agreements of a published stage',
    description: 'Open data: figures of few persons are hidden, and never one alone.',
    kind: 'public-read',
  })
  get(@Param('stageId', ParseUUIDPipe) stageId: string, @Query() { by }: StatisticsQuery): Promise<StatisticsDto> {
    return this.statistics.of(stageId, by);
  }

  @Get('cut-offs')
  @Paged()
  @SharedAnswer()
  @Public()
  @Operation({
    id: 'listCutOffs',
    summary: 'The score of the last one taken, for every offering of a published stage',
    kind: 'public-read',
  })
  cutOffs(@Param('stageId', ParseUUIDPipe) stageId: string, @Query() query: CutOffsQuery): Promise<CutOffPageDto> {
    return this.statistics.cutOffs(stageId, query);
  }
}
