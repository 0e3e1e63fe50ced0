import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Once } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Operation } from '@meistras/platform/openapi/operation';
import { FundingRateDto, FundingRateListDto, PublishFundingRateDto } from './funding-rates.dto.js';
import { FundingRatesService } from './funding-rates.service.js';

@ApiTags('funding-rates')
@Controller('funding-rates')
export class FundingRatesController {
  constructor(private readonly rates: FundingRatesService) {}

  @Post()
  @Scope('finance.rates:write', { national: true })
  @Operation({ id: 'publishFundingRate', summary: 'Publish the funds for one credit from a day on', kind: 'create' })
  publish(@Body() dto: PublishFundingRateDto, @Once() once: WriteOnce): Promise<FundingRateDto> {
    return this.rates.publish(dto, once);
  }

  @Get()
  @Scope('finance.rates:read')
  @Operation({ id: 'listFundingRates', summary: 'All rates, the earliest first', kind: 'list' })
  async list(): Promise<FundingRateListDto> {
    return { items: await this.rates.list() };
  }
}
