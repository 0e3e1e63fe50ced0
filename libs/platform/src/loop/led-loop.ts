import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import pg from 'pg';

/** A sleep that can be cut short, also by a call that came while awake. */
export class Waker {
  private cutShort: () => void = () => undefined;
  private roused = false;

  rouse(): void {
    this.roused = true;
    this.cutShort();
  }

  /** Forgets earlier calls: from here on a call means that there may be something new. */
  watch(): void {
    this.roused = false;
  }

  async sleep(ms: number): Promise<void> {
    if (this.roused) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.cutShort = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Where there was work a moment ago there is more: looked for sooner, so that a steady stream is not late. */
const busyMs = 1_000;
const busyPollMs = 10;

/** A database session in a loop: `turn` answers how much it did; 0 lets the loop sleep until woken or `pollMs` passed. */
export interface LedLoop {
  name: string;
  url: string;
  /** Advisory lock (two keys) that lets one instance work while the others stand by. */
  lock: [number, string];
  pollMs: number;
  opened(client: pg.Client): Promise<void>;
  turn(client: pg.Client): Promise<number>;
}

/** Runs a LedLoop for ever: connects, waits for the lock, turns; reconnects with growing pauses when the session breaks. */
export class LedLoopRunner {
  private readonly log = new Logger('LedLoop');
  private readonly stopping = new AbortController();
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private readonly loop: LedLoop,
    readonly waker = new Waker(),
  ) {}

  start(): void {
    this.finished = this.run();
  }

  /** Ends after the turn in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waker.rouse();
    await this.finished;
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private async run(): Promise<void> {
    let pause = 100;
    while (!this.stopped) {
      try {
        await this.session(() => (pause = 100));
      } catch (error) {
        this.log.warn(`${this.loop.name}: ${error instanceof Error ? error.message : String(error)}`);
        await delay(pause * (0.5 + Math.random() / 2), undefined, { signal: this.stopping.signal }).catch(
          () => undefined,
        );
        pause = Math.min(pause * 2, 3_000);
      }
    }
  }

  private async session(worked: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: this.loop.url,
      application_name: this.loop.name,
      keepAlive: true,
    });
    let broken: Error | undefined;
    client.on('error', (error) => {
      broken = error;
      this.waker.rouse();
    });
    await client.connect();
    try {
      while (!this.stopped && !(await this.lead(client))) await this.waker.sleep(this.loop.pollMs);
      if (!this.stopped) await this.loop.opened(client);
      let workedAt = 0;
      while (!this.stopped) {
        if (broken) throw broken;
        this.waker.watch();
        const done = await this.loop.turn(client);
        worked();
        if (done > 0) workedAt = performance.now();
        else await this.waker.sleep(performance.now() - workedAt < busyMs ? busyPollMs : this.loop.pollMs);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async lead(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ leads: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS leads',
      this.loop.lock,
    );
    return rows[0]?.leads ?? false;
  }
}
