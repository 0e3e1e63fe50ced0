import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Bus } from '../bus/bus.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';

/** The last steps, in order, after requests and consumers have ended: relay, bus, database. */
@Injectable()
export class Shutdown implements OnApplicationShutdown {
  constructor(
    private readonly relay: OutboxRelay,
    private readonly bus: Bus,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.relay.stop();
    await this.bus.close();
    await this.dataSource.destroy();
  }
}
