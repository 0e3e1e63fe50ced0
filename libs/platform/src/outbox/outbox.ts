import { Injectable } from '@nestjs/common';
import { topicOf } from '@meistras/contracts/event';
import type { DomainEvent, EventClass } from '@meistras/contracts/event';
import type { EntityManager } from 'typeorm';
import { currentTraceparent } from '../telemetry/trace.js';
import { Clock, Ids } from '../time/clock.js';
import { OutboxRelay } from './outbox.relay.js';

/** An event class with the state that it announces. */
export interface Announcement<E extends DomainEvent = DomainEvent> {
  event: EventClass<E>;
  state: E;
}

export function announce<E extends DomainEvent>(event: EventClass<E>, state: E): Announcement {
  return { event, state };
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
    if (announcements.length === 0) return;
    const occurredAt = this.clock.now();
    const traceparent = currentTraceparent();
    await tx.query(
      `INSERT INTO outbox (event_id, type, topic, key, version, payload, traceparent, occurred_at)
       SELECT e.event_id, e.type, e.topic, e.key, e.version, e.payload, $7, $8
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::jsonb[]) WITH ORDINALITY
         AS e (event_id, type, topic, key, version, payload, position) ORDER BY e.position`,
      [
        announcements.map(() => this.ids.next()),
        announcements.map(({ event }) => event.type),
        announcements.map(({ event }) => topicOf(event.type)),
        announcements.map(keyOf),
        announcements.map(({ state }) => state.version),
        announcements.map(({ state }) => JSON.stringify(state)),
        traceparent ?? null,
        occurredAt,
      ],
    );
    this.relay.wakeAfterCommit(tx);
  }
}

function keyOf({ event, state }: Announcement): string {
  const key: unknown = (state as unknown as Record<string, unknown>)[event.key];
  if (typeof key !== 'string') throw new Error(`${event.type} has no key ${event.key}.`);
  return key;
}
