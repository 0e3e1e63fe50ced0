import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from './clock.js';

const everyMs = 30_000;
/** Below this a difference is the measurement's. */
const noiseMs = 20;
const worthSayingMs = 1_000;

/**
 * Keeps the clock of this process with the database's, which all instances of a service share: a deadline is one instant,
 * whichever instance is asked and however wrong its machine's clock. Right to half of a round trip to the database.
 */
@Injectable()
export class DatabaseTime implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Clock');
  private timer: NodeJS.Timeout | undefined;
  private behindMs = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.measure();
    this.timer = setInterval(() => {
      this.measure().catch((error: unknown) =>
        this.log.warn({ err: error }, 'The database’s clock could not be read.'),
      );
    }, everyMs).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Reads the database's clock, the shortest of three round trips, and follows it. */
  async measure(): Promise<void> {
    const runner = this.dataSource.createQueryRunner();
    try {
      let shortest = Infinity;
      let behindMs = 0;
      for (let i = 0; i < 3; i += 1) {
        const asked = this.clock.system();
        const [{ ms }] = (await runner.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms')) as [
          { ms: number },
        ];
        const answered = this.clock.system();
        if (answered - asked >= shortest) continue;
        shortest = answered - asked;
        behindMs = ms - (asked + answered) / 2;
      }
      if (Math.abs(behindMs - this.behindMs) < noiseMs) return;
      this.behindMs = behindMs;
      this.clock.correct(behindMs);
      if (Math.abs(behindMs) > worthSayingMs)
        this.log.warn({ behindMs: Math.round(behindMs) }, 'This machine’s clock is wrong; the database’s counts.');
    } finally {
      await runner.release();
    }
  }
}
