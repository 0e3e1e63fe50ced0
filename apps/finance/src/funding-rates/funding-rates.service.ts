import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { FundingRate } from './funding-rate.entity.js';
import { toFundingRateDto } from './funding-rates.dto.js';
import type { FundingRateDto, PublishFundingRateDto } from './funding-rates.dto.js';

@Injectable()
export class FundingRatesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Publishes a rate. Commitments made before keep theirs. */
  publish(dto: PublishFundingRateDto, once: WriteOnce): Promise<FundingRateDto> {
    return this.idempotency.run(once, async (tx) => {
      const rate = tx.create(FundingRate, { ...dto, id: this.ids.next(), recordedAt: this.clock.now() });
      await tx.insert(FundingRate, rate);
      return toFundingRateDto(rate);
    });
  }

  async list(): Promise<FundingRateDto[]> {
    return (await this.all(this.dataSource.manager)).map(toFundingRateDto);
  }

  /** All rates, the earliest first. */
  all(tx: EntityManager): Promise<FundingRate[]> {
    return tx.find(FundingRate, { order: { validFrom: 'ASC' } });
  }
}
