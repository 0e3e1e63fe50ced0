import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
import { AdmissionConfig } from '../admission.config.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { RolloverService } from '../rollover/rollover.service.js';
import { StagesService } from '../stages/stages.service.js';
import type { Stage } from '../stages/stages.service.js';
import { RunExecutor } from './run.executor.js';
import { RunPublisher } from './run.publisher.js';

/**
 * What happens without a request: stages open, lock and close, runs are worked off, invitations go out and lapse. One
 * instance works while the others stand by; each piece is a transaction of its own, so that a crash loses nothing.
 */
@Injectable()
export class StageClock extends ServiceLoop {
  constructor(
    config: AdmissionConfig,
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly executor: RunExecutor,
    private readonly publisher: RunPublisher,
    private readonly invitations: InvitationsService,
    private readonly rollover: RolloverService,
  ) {
    super({
      ...{ name: 'stage-clock', url: config.DATABASE_URL },
      ...{ pollMs: config.STAGE_CLOCK_POLL_MS, on: config.STAGE_CLOCK === 'on' },
    });
  }

  /** Does the next piece of everything that is due. Returns how much it did; 0 when nothing is left. */
  async turn(): Promise<number> {
    const signing = await this.stages.advanceAll();
    const steps = [
      () => this.publisher.next(),
      () => this.invitations.lapseOnTheirOwn(),
      ...signing.map((stage) => () => this.end(stage)),
      () => this.executor.next(),
    ];
    let done = 0;
    const failures: unknown[] = [];
    for (const step of steps) {
      try {
        done += await step();
      } catch (error) {
        failures.push(error); // One stage's trouble must not stop the others.
      }
    }
    if (failures.length > 0) throw failures[0];
    return done;
  }

  /** A chunk of what nobody signed in its window lapses; after the last window the places go on and the stage is closed. */
  private async end(stage: Stage): Promise<number> {
    const publishing: unknown[] = await this.dataSource.query(
      `SELECT 1 FROM matching_run WHERE stage_id = $1 AND state = 'PUBLISHING'`,
      [stage.id],
    );
    if (publishing.length > 0) return 0;
    const lapsed = await this.invitations.lapseNext(stage);
    if (lapsed > 0 || this.stages.due(stage) !== 'CLOSED') return lapsed;
    await this.rollover.close(stage);
    return 1;
  }
}
