import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { LedLoopRunner } from '@meistras/platform/bus/loop';
import { ServiceConfig } from '@meistras/platform/config/config';
import { EnrolmentsService } from './enrolments.service.js';

const lookEveryMs = 30_000;

/** Starts enrolments on their first day; one instance of the service looks. */
@Injectable()
export class EnrolmentsStarter implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runner: LedLoopRunner;

  constructor(config: ServiceConfig, enrolments: EnrolmentsService) {
    this.runner = new LedLoopRunner({
      name: 'start-enrolments',
      url: config.DATABASE_URL,
      lock: [7272746, 'start-enrolments'],
      pollMs: lookEveryMs,
      opened: () => Promise.resolve(),
      turn: () => enrolments.startDue(),
    });
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}
