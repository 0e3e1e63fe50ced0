/** An event on its way: CloudEvents attributes and the payload as JSON text. */
export interface BusEvent {
  /** CloudEvents `id`, unique for ever. */
  id: string;
  /** CloudEvents `type`: `registers.institution.changed.v1`. */
  type: string;
  topic: string;
  /** Id of the aggregate; events of one key keep their order. */
  key: string;
  /** Version of the aggregate after the change. */
  version: number;
  /** RFC 3339 instant. */
  occurredAt: string;
  /** W3C trace context of the request that caused the event. */
  traceparent?: string;
  /** JSON text of the event class. */
  payload: string;
}

/** Takes events, those of a key in order. The batch counts as done when the promise resolves, and not before. */
export type BatchHandler = (batch: BusEvent[]) => Promise<void>;

export interface Subscription {
  /** Ends after the batch in hand. */
  stop(): Promise<void>;
}

/**
 * The one way between services: at least once, ordered per key, replayable, many consumer groups.
 * Two adapters with the same contract: `kafka` and `postgres` (see bus.contract.spec.ts).
 */
export abstract class Bus {
  /** Appends events in the given order. Resolves when they are durable. */
  abstract publish(events: BusEvent[]): Promise<void>;
  /** Starts a consumer of a group; a new group starts at the beginning of every topic. */
  abstract subscribe(group: string, topics: string[], handler: BatchHandler): Promise<Subscription>;
  /** Sets a group back to the beginning of all its topics. The group must not be running. */
  abstract rewind(group: string): Promise<void>;
  abstract close(): Promise<void>;
  /** Resolves if the bus answers, rejects if it does not. */
  abstract ping(): Promise<void>;
}

/** An event as both the outbox and the log table keep it. */
export interface EventRow {
  event_id: string;
  type: string;
  topic: string;
  key: string;
  version: number;
  occurred_at: Date;
  traceparent: string | null;
  payload: string;
}

export function busEventOf(row: EventRow): BusEvent {
  return {
    id: row.event_id,
    type: row.type,
    topic: row.topic,
    key: row.key,
    version: row.version,
    occurredAt: row.occurred_at.toISOString(),
    payload: row.payload,
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  };
}
