import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Scope } from '@meistras/platform/auth/access';
import { Operation } from '@meistras/platform/openapi/operation';
import { Paged, PageQuery } from '@meistras/platform/paging/paging';
import { AccessAlarmPageDto } from './access-alarms.dto.js';
import { AccessAlarmsService } from './access-alarms.service.js';

@ApiTags('access-log')
@Controller('access-alarms')
export class AccessAlarmsController {
  constructor(private readonly alarms: AccessAlarmsService) {}

  @Get()
  @Paged()
  @Scope('registers.access-log:read', { national: true })
  @Operation({
    id: 'listAccessAlarms',
    summary: 'Clients that read masses of learners, newest first',
    description: 'How many in how long raises an alarm stands in `listRegistersPolicyParameters`.',
    kind: 'list',
  })
  list(@Query() query: PageQuery): Promise<AccessAlarmPageDto> {
    return this.alarms.list(query);
  }
}
