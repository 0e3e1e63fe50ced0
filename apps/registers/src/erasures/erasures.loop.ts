import { Injectable } from '@nestjs/common';
import { ServiceConfig } from '@meistras/platform/config/config';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { ErasuresService } from './erasures.service.js';
import { ForgettingService } from './forgetting.service.js';

const pollMs = 3_600_000;

/** At the start, so after a backup was restored too, and every hour: erases again who is back, and forgets what is due. */
@Injectable()
export class ErasuresLoop extends ServiceLoop {
  constructor(
    config: ServiceConfig,
    private readonly erasures: ErasuresService,
    private readonly forgetting: ForgettingService,
  ) {
    super({ name: 'forgetting', url: config.DATABASE_URL, pollMs });
  }

  protected async turn(): Promise<number> {
    return (await this.erasures.repeat()) + (await this.forgetting.forget());
  }
}
