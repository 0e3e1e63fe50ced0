import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LedLoopRunner } from '@meistras/platform/bus/loop';
import { ServiceConfig } from '@meistras/platform/config/config';
import { ErasuresService } from './erasures.service.js';
import { ForgettingService } from './forgetting.service.js';

const pollMs = 3_600_000;

/** At the start, so after a backup was restored too, and every hour: erases again who is back, and forgets what is due. */
@Injectable()
export class ErasuresLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runner: LedLoopRunner;

  constructor(config: ServiceConfig, erasures: ErasuresService, forgetting: ForgettingService) {
    this.runner = new LedLoopRunner({
      name: 'forgetting',
      url: config.DATABASE_URL,
      lock: [7272746, 'forgetting'],
      pollMs,
      opened: () => Promise.resolve(),
      turn: async () => (await erasures.repeat()) + (await forgetting.forget()),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}
