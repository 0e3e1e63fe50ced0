import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { Campaign } from './campaign.entity.js';
import { toCampaignDto } from './campaigns.dto.js';
import type { CampaignDto, CampaignsQuery, PlanCampaignDto } from './campaigns.dto.js';

@Injectable()
export class CampaignsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  plan(dto: PlanCampaignDto, once: WriteOnce): Promise<CampaignDto> {
    return this.idempotency.run(once, async (tx) => {
      const campaign = { id: this.ids.next(), version: 1, ...dto, recordedAt: this.clock.now() };
      await tx.insert(Campaign, campaign);
      return toCampaignDto(campaign);
    });
  }

  async get(id: string): Promise<CampaignDto> {
    const campaign = await this.dataSource.manager.findOneBy(Campaign, { id });
    if (!campaign) throw missing('campaign');
    return toCampaignDto(campaign);
  }

  async list(query: CampaignsQuery): Promise<Page<CampaignDto>> {
    const select = this.dataSource.manager
      .createQueryBuilder(Campaign, 'c')
      .where('c.id > :after', { after: afterId(query) })
      .orderBy('c.id')
      .limit(query.limit + 1);
    if (query.year !== undefined) select.andWhere('c.year = :year', { year: query.year });
    return toPage(await select.getMany(), query.limit, toCampaignDto, (row) => [row.id]);
  }
}
