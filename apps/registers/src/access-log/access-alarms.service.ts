import { Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { beforeId, toPage } from '@meistras/platform/paging/paging';
import type { Page, PageQuery } from '@meistras/platform/paging/paging';
import { AccessAlarm } from './access-alarm.entity.js';
import { toAccessAlarmDto } from './access-alarms.dto.js';
import type { AccessAlarmDto } from './access-alarms.dto.js';

@Injectable()
export class AccessAlarmsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(query: PageQuery): Promise<Page<AccessAlarmDto>> {
    const rows = await this.dataSource.manager.find(AccessAlarm, {
      where: { id: LessThan(beforeId(query)) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    return toPage(rows, query.limit, toAccessAlarmDto, ({ id }) => [id]);
  }
}
