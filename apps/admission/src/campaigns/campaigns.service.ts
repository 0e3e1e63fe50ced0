import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { missing } from '@meistras/platform/errors/domain-error';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import type { WriteOnce } from '@meistras/platform/idempotency/idempotency';
import { afterId, toPage } from '@meistras/platform/paging/paging';
import type { Page } from '@meistras/platform/paging/paging';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { StagesService } from '../stages/stages.service.js';
import { Campaign } from './campaign.entity.js';
import { toCampaignDto } from './campaigns.dto.js';
import type { CampaignDto, CampaignsQuery, PlanYearDto } from './campaigns.dto.js';

@Injectable()
export class CampaignsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotency: Idempotency,
    private readonly stages: StagesService,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** A year, with its calendar if it comes along: all of it, or nothing. */
  plan({ year, planAct, stages = [] }: PlanYearDto, once: WriteOnce): Promise<CampaignDto> {
    const planned = this.stages.judgeAll(stages);
    return this.idempotency.run(once, async (tx) => {
      const campaign = { id: this.ids.next(), version: 1, year, planAct, recordedAt: this.clock.now() };
      await tx.insert(Campaign, campaign);
      for (const plan of planned) await this.stages.add(tx, campaign, plan);
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
