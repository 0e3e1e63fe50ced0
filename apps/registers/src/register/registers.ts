import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LedLoopRunner } from '@meistras/platform/bus/loop';
import { Prepared } from '@meistras/platform/database/prepared';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import { Outbox } from '@meistras/platform/outbox/outbox';
import { Clock, Ids } from '@meistras/platform/time/clock';
import { RegistersConfig } from '../registers.config.js';
import type { EntriesDefinition, RegisterTools } from './entries.js';
import { FollowedRegister } from './followed-register.js';
import { Periods } from './periods.js';
import type { RegisterEntry } from './register-entry.js';
import { Register } from './register.js';
import type { RegisterDefinition } from './register.js';
import type { StatedTerms } from './register.dto.js';

/** Something whose facts begin to hold on their days; answers whether there may be more. */
export interface TakesEffect {
  takeEffect(): Promise<boolean>;
}

/** What begins to hold on a day takes effect within this time after its midnight. */
const pollMs = 30_000;

/** All registers of the service: opens them, and lets what was stated for a later day take effect on it. */
@Injectable()
export class Registers implements RegisterTools, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly opened: TakesEffect[] = [];
  private readonly runner: LedLoopRunner;

  constructor(
    readonly dataSource: DataSource,
    readonly prepared: Prepared,
    readonly idempotency: Idempotency,
    readonly outbox: Outbox,
    readonly periods: Periods,
    readonly clock: Clock,
    readonly ids: Ids,
    config: RegistersConfig,
  ) {
    this.runner = new LedLoopRunner({
      name: 'periods',
      url: config.DATABASE_URL,
      lock: [7272746, 'periods'],
      pollMs,
      opened: () => Promise.resolve(),
      turn: () => this.takeEffect(),
    });
  }

  open<E extends RegisterEntry, Row extends StatedTerms>(definition: RegisterDefinition<E, Row>): Register<E, Row> {
    const register = new Register(definition, this);
    this.join(register);
    return register;
  }

  /** Lets what was stated for later days take effect in a register that is not one of `open`. */
  join(register: TakesEffect): void {
    this.opened.push(register);
  }

  openFollowed<E extends RegisterEntry>(definition: EntriesDefinition<E>): FollowedRegister<E> {
    const register = new FollowedRegister(definition, this);
    this.join(register);
    return register;
  }

  /** A turn over all registers; 0 when nothing is due. */
  async takeEffect(): Promise<number> {
    let some = 0;
    for (const register of this.opened) if (await register.takeEffect()) some += 1;
    return some;
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}
