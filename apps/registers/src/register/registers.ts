import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Prepared } from '@meistras/platform/database/prepared';
import { Idempotency } from '@meistras/platform/idempotency/idempotency';
import { ServiceLoop } from '@meistras/platform/loop/service-loop';
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
export class Registers extends ServiceLoop implements RegisterTools {
  private readonly opened: TakesEffect[] = [];

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
    super({ name: 'periods', url: config.DATABASE_URL, pollMs });
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

  /** All registers; 0 when nothing is due. */
  async turn(): Promise<number> {
    let some = 0;
    for (const register of this.opened) if (await register.takeEffect()) some += 1;
    return some;
  }
}
