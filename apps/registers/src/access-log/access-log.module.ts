import { Module } from '@nestjs/common';
import { PoliciesModule } from '../policies/policies.module.js';
import { AccessAlarmsController } from './access-alarms.controller.js';
import { AccessAlarmsService } from './access-alarms.service.js';
import { AccessWatchService } from './access-watch.service.js';

@Module({
  imports: [PoliciesModule],
  controllers: [AccessAlarmsController],
  providers: [AccessAlarmsService, AccessWatchService],
})
export class AccessLogModule {}
