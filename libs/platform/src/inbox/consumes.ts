import { Catch, UseFilters } from '@nestjs/common';
import type { RpcExceptionFilter } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { DomainEvent, EventClass } from '@meistras/contracts/event';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { LooseRow } from '../database/rows.js';

/** What a consumer gets beside the event. Its writes go through `tx`, which commits together with the inbox. */
export interface Delivery {
  tx: EntityManager;
  /**
   * Stores a row of a projection as the newest of its primary key. Rows of a whole batch are written with one statement
   * when its last event has been handled: a consumer that reads what it keeps must write it through `tx` itself.
   */
  keep: <T extends ObjectLiteral>(entity: EntityTarget<T>, row: LooseRow<T>) => void;
  eventId: string;
  /** When the fact happened at its owner. */
  occurredAt: Date;
}

export type Consumer<E> = (event: E, delivery: Delivery) => Promise<void> | void;

/** Hands the error on as it is: Nest's own filter would put `Internal server error` in its place. */
@Catch()
class KeepError implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

const classes = new Map<string, EventClass>();

/** The event class behind a type, if any method of this process consumes it. */
export function consumedClass(type: string): EventClass | undefined {
  return classes.get(type);
}

/**
 * Marks a controller's method as consumer of an event. It runs in a transaction, once for every version of an aggregate,
 * in order, and never for an older version than one already applied. What it throws is retried, then parked.
 */
export function Consumes<E extends DomainEvent>(event: EventClass<E>) {
  return <M extends Consumer<E>>(target: object, name: string | symbol, method: TypedPropertyDescriptor<M>): void => {
    classes.set(event.type, event);
    (EventPattern(event.type) as MethodDecorator)(target, name, method);
    Payload()(target, name, 0);
    Ctx()(target, name, 1);
    UseFilters(KeepError)(target, name, method);
  };
}
