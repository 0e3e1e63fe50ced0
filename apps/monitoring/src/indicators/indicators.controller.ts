import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { CurrentActor, Scope } from '@meistras/platform/auth/access';
import { Actor } from '@meistras/platform/auth/actor';
import { Operation } from '@meistras/platform/openapi/operation';
import { indicatorCards } from './indicator.rules.js';
import { IndicatorListDto, ObservationListDto, ValuesQuery } from './indicators.dto.js';
import { IndicatorsService } from './indicators.service.js';

@ApiTags('indicators')
@Controller('indicators')
export class IndicatorsController {
  constructor(private readonly indicators: IndicatorsService) {}

  @Get()
  @Scope('monitoring.indicators:read')
  @Operation({ id: 'listIndicators', summary: 'What is counted, with its definition', kind: 'list' })
  list(): IndicatorListDto {
    return { items: this.indicators.list() };
  }

  @Get(':code/values')
  @Scope('monitoring.indicators:read')
  @ApiParam({ name: 'code', enum: indicatorCards.map(({ code }) => code) })
  @Operation({ id: 'listIndicatorValues', summary: 'Values by county, field, institution and year', kind: 'list' })
  values(
    @Param('code') code: string,
    @Query() query: ValuesQuery,
    @CurrentActor() actor: Actor,
  ): Promise<ObservationListDto> {
    return this.indicators.values(code, query, actor);
  }
}
