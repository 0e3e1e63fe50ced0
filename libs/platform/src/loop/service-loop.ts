import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import { LedLoopRunner } from './led-loop.js';

/** What a loop of a service is known by, and how often it looks. */
interface LoopSettings {
  /** Names it in logs and among the database's sessions; one of its name in a database works at a time. */
  name: string;
  /** The service's database. */
  url: string;
  /** How long it sleeps when there was nothing to do. */
  pollMs: number;
  /** Whether it works by itself; otherwise it turns when called. */
  on?: boolean;
}

/**
 * What a service does without a request: from the start of the application until its end one instance takes `turn` after
 * `turn`, while the others stand by to take over.
 */
export abstract class ServiceLoop implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runner: LedLoopRunner;
  private readonly on: boolean;

  protected constructor({ name, url, pollMs, on = true }: LoopSettings) {
    this.on = on;
    this.runner = new LedLoopRunner({
      ...{ name, url, pollMs, lock: [7272746, name] },
      opened: () => Promise.resolve(),
      turn: (client) => this.turn(client),
    });
  }

  /** A piece of work, by the session that leads or by others. Answers how much it did; after 0 the loop sleeps. */
  protected abstract turn(client: pg.Client): Promise<number>;

  /** There is work: look at once. */
  rouse(): void {
    this.runner.waker.rouse();
  }

  /** Whether the application ends; long work breaks off then. */
  protected get stopped(): boolean {
    return this.runner.stopped;
  }

  onApplicationBootstrap(): void {
    if (this.on) this.runner.start();
  }

  /** Ends after the turn in hand. */
  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}
