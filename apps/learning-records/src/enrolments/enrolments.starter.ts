import { Injectable } from '@nestjs/common';
import { ServiceConfig } from '@meistras/platform/config/config';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { EnrolmentsService } from './enrolments.service.js';

const pollMs = 30_000;

/** Starts enrolments on their first day; one instance of the service looks. */
@Injectable()
export class EnrolmentsStarter extends ServiceLoop {
  constructor(
    config: ServiceConfig,
    private readonly enrolments: EnrolmentsService,
  ) {
    super({ name: 'start-enrolments', url: config.DATABASE_URL, pollMs });
  }

  protected turn(): Promise<number> {
    return this.enrolments.startDue();
  }
}
