import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LedLoopRunner } from '@meistras/platform/bus/loop';
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
export class StageClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runner: LedLoopRunner;

  constructor(
    private readonly config: AdmissionConfig,
    private readonly dataSource: DataSource,
    private readonly stages: StagesService,
    private readonly executor: RunExecutor,
    private readonly publisher: RunPublisher,
    private readonly invitations: InvitationsService,
    private readonly rollover: RolloverService,
  ) {
    this.runner = new LedLoopRunner({
      name: 'stage-clock',
      url: config.DATABASE_URL,
      lock: [7272746, 'stage-clock'],
      pollMs: config.STAGE_CLOCK_POLL_MS,
      opened: () => Promise.resolve(),
      turn: () => this.turn(),
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.STAGE_CLOCK === 'on') this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }

  /** There is work: look at once. */
  rouse(): void {
    this.runner.waker.rouse();
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
