import { IsInt, Min } from 'class-validator';

/**
 * What every event carries besides its own fields. An event states the whole public state of its aggregate after the
 * change, so that a consumer which sees only the latest one ends in the same place as one which saw them all.
 */
export abstract class DomainEvent {
  /** Version of the aggregate after the change: 1, 2, 3 … without gaps. Equals the entity tag of the REST resource. */
  @IsInt()
  @Min(1)
  version: number;
}

/** An event class: its CloudEvents type (`owner.aggregate.fact.vN`) and the field that holds the aggregate's id. */
export interface EventClass<E extends DomainEvent = DomainEvent> {
  new (): E;
  readonly type: string;
  readonly key: string;
}

/** Topic of an event type: one per aggregate, `registers.institution.changed.v1` → `registers.institution`. */
export function topicOf(type: string): string {
  return type.split('.').slice(0, 2).join('.');
}
