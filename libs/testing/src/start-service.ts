import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from '@jest/globals';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { DataSource } from 'typeorm';
import type { DomainEvent, EventClass } from '@meistras/contracts/event';
import { topicOf } from '@meistras/contracts/event';
import { createService } from '@meistras/platform/bootstrap/bootstrap';
import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import { Bus } from '@meistras/platform/bus/bus';
import type { BusEvent, Subscription } from '@meistras/platform/bus/bus';
import { ServiceConfig } from '@meistras/platform/config/config';
import { BusStrategy } from '@meistras/platform/inbox/bus.strategy';
import { Inbox } from '@meistras/platform/inbox/inbox';
import { TestClock } from './test-clock.js';
import { cloneDatabase } from './test-database.js';
import type { TestDatabase } from './test-database.js';
import { testAudience, testIssuer, testIssuerOf } from './tokens.js';
import type { Caller, TestIssuer } from './tokens.js';

/** Takes nothing and gives nothing: specs read the outbox and hand events over themselves. */
class NoBus extends Bus {
  publish(): Promise<void> {
    return Promise.reject(new Error('A spec publishes nothing.'));
  }
  subscribe(): Promise<Subscription> {
    return Promise.resolve({ stop: () => Promise.resolve() });
  }
  rewind(): Promise<void> {
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
  ping(): Promise<void> {
    return Promise.resolve();
  }
}

/** An event as a spec reads it from the outbox. */
export interface SentEvent {
  type: string;
  key: string;
  version: number;
  payload: Record<string, unknown>;
}

/** Requests of one caller. POST sends a fresh Idempotency-Key unless `headers` give one. */
export class CallerApi {
  constructor(
    private readonly app: NestFastifyApplication,
    private readonly prefix: string,
    private readonly token: Promise<string> | undefined,
    private readonly untilReadable: () => Promise<void>,
  ) {}

  get(path: string, headers: Record<string, string> = {}): supertest.Test {
    return this.send('get', path, headers);
  }
  post(path: string, body?: string | object, headers: Record<string, string> = {}): supertest.Test {
    return this.send('post', path, { 'idempotency-key': randomUUID(), ...headers }, body);
  }
  put(path: string, body: string | object, headers: Record<string, string> = {}): supertest.Test {
    return this.send('put', path, headers, body);
  }
  patch(path: string, body: string | object, headers: Record<string, string> = {}): supertest.Test {
    return this.send('patch', path, headers, body);
  }
  delete(path: string, headers: Record<string, string> = {}): supertest.Test {
    return this.send('delete', path, headers);
  }

  private send(
    method: 'get' | 'post' | 'put' | 'patch' | 'delete',
    path: string,
    headers: Record<string, string>,
    body?: string | object,
  ): supertest.Test {
    const test = supertest(this.app.getHttpServer())[method](`${this.prefix}${path}`).set(headers);
    if (body !== undefined) void test.send(body);
    // A supertest request is a thenable: what it needs is awaited just before it is sent.
    const send = test.then.bind(test);
    test.then = (done, failed) => this.prepare(test, path).then(() => send(done, failed));
    return test;
  }

  private async prepare(test: supertest.Test, path: string): Promise<void> {
    if (path.includes('/changes')) await this.untilReadable();
    if (this.token) void test.set('authorization', `Bearer ${await this.token}`);
  }
}

/** A real service on a real database of its own, for one spec file. */
export class ServiceUnderTest {
  readonly clock = new TestClock();
  app: NestFastifyApplication;
  private database: TestDatabase;
  private issuer: TestIssuer;
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(
    private readonly service: ServiceDefinition,
    private readonly features: Type[],
    private readonly environment: Record<string, string>,
  ) {}

  get db(): DataSource {
    return this.app.get(DataSource);
  }

  as(caller: Caller): CallerApi {
    return new CallerApi(this.app, `/${this.service.name}/v1`, this.tokenOf(caller), this.untilReadable);
  }

  /** A token of this caller, for requests that are not sent by `as`. */
  tokenOf(caller: Caller): Promise<string> {
    const key = JSON.stringify(caller);
    const token = this.tokens.get(key) ?? this.issuer.tokenFor(caller);
    this.tokens.set(key, token);
    return token;
  }

  anonymous(): CallerApi {
    return new CallerApi(this.app, `/${this.service.name}/v1`, undefined, this.untilReadable);
  }

  /**
   * Until the relay and the change feeds may read all that was committed: they wait for older transactions of the whole
   * cluster, and another spec may have one open.
   */
  readonly untilReadable = async (): Promise<void> => {
    for (let open = true; open;) {
      const [newest]: { open: boolean }[] = await this.db.query(
        'SELECT xid >= pg_snapshot_xmin(pg_current_snapshot()) AS open FROM outbox ORDER BY xid DESC LIMIT 1',
      );
      open = newest?.open ?? false;
    }
  };

  /** Until so many of the service's sessions wait for what others hold. */
  async blocked(sessions = 1): Promise<void> {
    for (let waiting = 0; waiting < sessions;) {
      const [row]: { waiting: number }[] = await this.db.query(
        `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      waiting = row?.waiting ?? 0;
    }
  }

  /** What the service has announced so far, in order; of one topic if named. */
  events(topic?: string): Promise<SentEvent[]> {
    return this.db.query(
      'SELECT type, key, version, payload FROM outbox WHERE $1::text IS NULL OR topic = $1 ORDER BY xid, id',
      [topic ?? null],
    );
  }

  /** Hands an event to the service's consumers as the bus would. Throws what made the service park it. */
  async consume<E extends DomainEvent>(event: EventClass<E>, state: E, occurredAt = this.clock.now()): Promise<void> {
    const key: unknown = (state as unknown as Record<string, unknown>)[event.key];
    const message: BusEvent = {
      id: randomUUID(),
      type: event.type,
      topic: topicOf(event.type),
      key: String(key),
      version: state.version,
      occurredAt: occurredAt.toISOString(),
      payload: JSON.stringify(state),
    };
    await this.app.get(Inbox).apply([message], this.app.get(BusStrategy).dispatch);
    const [parked]: { error: string }[] = await this.db.query('SELECT error FROM parked_event WHERE id = $1', [
      message.id,
    ]);
    if (parked) throw new Error(parked.error);
  }

  async start(): Promise<void> {
    this.issuer = await testIssuerOf();
    const type = this.service.config ?? ServiceConfig;
    const config = Object.assign(new type(), {
      AUTH_ISSUER: testIssuer,
      AUTH_AUDIENCE: testAudience,
      AUTH_JWKS: this.issuer.jwks,
      LOG_LEVEL: 'silent',
      DATABASE_POOL_SIZE: 5,
      ...this.environment,
    });
    this.database = await cloneDatabase(this.service, config);
    Object.assign(config, {
      DATABASE_URL: this.database.DATABASE_URL,
      MIGRATOR_DATABASE_URL: this.database.MIGRATOR_DATABASE_URL,
    });
    this.app = await createService(this.service, this.features, config, { clock: this.clock, bus: new NoBus() });
    await this.app.startAllMicroservices();
    await this.app.init();
    await this.app.getHttpAdapter().getInstance().ready();
  }

  async stop(): Promise<void> {
    await (this.app as NestFastifyApplication | undefined)?.close();
    await this.database.drop();
  }
}

/** Starts the service before the file's tests and takes its database away after them. */
export function startService(
  service: ServiceDefinition,
  features: Type[],
  environment: Record<string, string> = {},
): ServiceUnderTest {
  const api = new ServiceUnderTest(service, features, environment);
  beforeAll(() => api.start());
  afterAll(() => api.stop());
  return api;
}
