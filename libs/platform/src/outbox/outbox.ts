import { Injectable } from '@nestjs/common';
import { topicOf } from '@meistras/contracts/event';
import type { DomainEvent, EventClass } from '@meistras/contracts/event';
import type { EntityManager } from 'typeorm';
import { insertOf } from '../database/rows.js';
import type { Table } from '../database/rows.js';
import type { Insert } from '../database/writes.js';
import { currentTraceparent } from '../telemetry/trace.js';
import { Clock, Ids } from '../time/clock.js';
import { OutboxRelay } from './outbox.relay.js';

/** An event class with the state that it announces. */
export interface Announcement<E extends DomainEvent = DomainEvent> {
  event: EventClass<E>;
  state: E;
  /** Of the request that it comes from, where that is not the one at work. */
  traceparent?: string | undefined;
}

export function announce<E extends DomainEvent>(event: EventClass<E>, state: E, traceparent?: string): Announcement {
  return { event, state, traceparent };
}

/** Where outgoing events are written, in the transaction of the change that they announce. */
@Injectable()
export class Outbox {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly relay: OutboxRelay,
  ) {}

  /** Writes one event. The (aggregate, version) pair is unique: two events of one version are a programming error. */
  async add<E extends DomainEvent>(tx: EntityManager, event: EventClass<E>, state: E): Promise<void> {
    await this.addAll(tx, [{ event, state }]);
  }

  /** Writes many events in one statement, in the given order. */
  async addAll(tx: EntityManager, announcements: Announcement[]): Promise<void> {
    await this.ready(announcements)(tx);
  }

  /** Makes ready what writes many events: what takes computing, while a statement is awaited that they depend on. */
  ready(announcements: Announcement[]): (tx: EntityManager) => Promise<void> {
    if (announcements.length === 0) return () => Promise.resolve();
    const { table, rows } = this.insertOf(announcements);
    const statement = insertOf(table, rows);
    return async (tx) => {
      await tx.query(...statement);
      this.relay.wakeAfterCommit(tx);
    };
  }

  /** The rows of many events, in the given order, to be stored with others; call `committed` then. */
  insertOf(announcements: Announcement[]): Insert {
    const occurredAt = this.clock.now();
    const traceparent = currentTraceparent();
    const rows = announcements.map((announcement) => ({
      eventId: this.ids.next(),
      type: announcement.event.type,
      topic: topicOf(announcement.event.type),
      key: keyOf(announcement),
      version: announcement.state.version,
      payload: announcement.state,
      traceparent: announcement.traceparent ?? traceparent ?? null,
      occurredAt,
    }));
    return { table: outboxTable, rows };
  }

  /** Events were committed: they are published without waiting for the next look. */
  committed(): void {
    this.relay.wake();
  }
}

/** What a writer fills of the outbox; xid and id come from the database. */
const outboxTable: Table = {
  name: 'outbox',
  columns: [
    { name: 'event_id', property: 'eventId', type: 'uuid' },
    { name: 'type', property: 'type', type: 'text' },
    { name: 'topic', property: 'topic', type: 'text' },
    { name: 'key', property: 'key', type: 'text' },
    { name: 'version', property: 'version', type: 'integer' },
    { name: 'payload', property: 'payload', type: 'jsonb' },
    { name: 'traceparent', property: 'traceparent', type: 'text' },
    { name: 'occurred_at', property: 'occurredAt', type: 'timestamptz' },
  ],
};

function keyOf({ event, state }: Announcement): string {
  const key: unknown = (state as unknown as Record<string, unknown>)[event.key];
  if (typeof key !== 'string') throw new Error(`${event.type} has no key ${event.key}.`);
  return key;
}
