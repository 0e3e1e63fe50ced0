import { Module } from '@nestjs/common';
import type { DynamicModule, Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccessGuard } from '../auth/access.guard.js';
import { MunicipalReach } from '../auth/municipal-reach.js';
import { TokenVerifier } from '../auth/token-verifier.js';
import { Bus } from '../bus/bus.js';
import { busOf } from '../bus/bus.factory.js';
import { Changes } from '../changes/changes.js';
import { ProcessConfig, ServiceConfig } from '../config/config.js';
import { appDataSource } from '../database/data-source.js';
import { Prepared } from '../database/prepared.js';
import { ReachedReads } from '../database/reach.js';
import { Writes } from '../database/writes.js';
import { Exports } from '../exports/exports.js';
import { HealthController } from '../health/health.controller.js';
import { probe, Readiness } from '../health/readiness.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { BusStrategy } from '../inbox/bus.strategy.js';
import { Inbox } from '../inbox/inbox.js';
import { ParkedEventsController } from '../inbox/parked-events.controller.js';
import { ParkedEvents } from '../inbox/parked-events.service.js';
import { Outbox } from '../outbox/outbox.js';
import { OutboxRelay } from '../outbox/outbox.relay.js';
import { Clock, Ids } from '../time/clock.js';
import { DatabaseTime } from '../time/database-time.js';
import { Shutdown } from './shutdown.js';
import type { ServiceDefinition } from './service-definition.js';

/** What every Nest process of the platform has: time, ids, tokens, access. */
export function processProviders(config: ProcessConfig, clock = new Clock()): Provider[] {
  return [
    { provide: ProcessConfig, useValue: config },
    { provide: Clock, useValue: clock },
    Ids,
    TokenVerifier,
    MunicipalReach,
    AccessGuard,
  ];
}

/** What a test or a simulation may put in place of the real thing. */
export interface Replacements {
  clock?: Clock;
  bus?: Bus;
}

/** The platform inside one service. Global: a feature module imports nothing to use it. */
@Module({})
export class PlatformModule {
  static forService(service: ServiceDefinition, config: ServiceConfig, instead: Replacements = {}): DynamicModule {
    const dataSource: Provider = {
      provide: DataSource,
      useFactory: () => appDataSource(service, config).initialize(),
    };
    const readiness: Provider = {
      provide: Readiness,
      useFactory: (database: DataSource, bus: Bus): Readiness => ({
        check: async () => ({
          database: await probe(() => database.query('SELECT 1')),
          bus: await probe(() => bus.ping()),
        }),
      }),
      inject: [DataSource, Bus],
    };
    const configs = [
      { provide: ServiceConfig, useValue: config },
      ...(service.config ? [{ provide: service.config, useValue: config }] : []),
    ];
    const strategy: Provider = {
      provide: BusStrategy,
      useFactory: (bus: Bus, inbox: Inbox) => new BusStrategy(service.name, bus, inbox, config.BUS_REWIND === 'true'),
      inject: [Bus, Inbox],
    };
    const own = [
      Prepared,
      ReachedReads,
      Writes,
      Exports,
      Outbox,
      OutboxRelay,
      Inbox,
      Idempotency,
      ParkedEvents,
      Changes,
      DatabaseTime,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [HealthController, ParkedEventsController],
      providers: [
        ...processProviders(config, instead.clock),
        ...configs,
        dataSource,
        readiness,
        strategy,
        { provide: Bus, useFactory: () => instead.bus ?? busOf(config, service.name) },
        ...own,
        Shutdown,
      ],
      exports: [
        ...configs.map(({ provide }) => provide),
        ProcessConfig,
        Clock,
        Ids,
        TokenVerifier,
        MunicipalReach,
        DataSource,
        Bus,
        BusStrategy,
        ...own,
      ],
    };
  }
}
