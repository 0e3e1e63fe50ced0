import { Server } from '@nestjs/microservices';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { topicOf } from '@meistras/contracts/event';
import { lastValueFrom } from 'rxjs';
import { Bus } from '../bus/bus.js';
import type { Subscription } from '../bus/bus.js';
import type { Delivery } from './consumes.js';
import { Inbox } from './inbox.js';

/**
 * Nest's way to the bus. A strategy of our own because the stock Kafka one commits the offset also when an event
 * handler fails; here the offset moves only after the inbox has committed or parked.
 */
export class BusStrategy extends Server implements CustomTransportStrategy {
  private subscription: Subscription | undefined;

  constructor(
    private readonly group: string,
    private readonly bus: Bus,
    private readonly inbox: Inbox,
    private readonly rewind = false,
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    const topics = [...new Set([...this.messageHandlers.keys()].map(topicOf))];
    if (topics.length === 0) {
      callback();
      return;
    }
    (this.rewind ? this.bus.rewind(this.group) : Promise.resolve())
      .then(() => this.bus.subscribe(this.group, topics, (batch) => this.inbox.apply(batch, this.dispatch)))
      .then((subscription) => {
        this.subscription = subscription;
        callback();
      }, callback);
  }

  /** Every consumer of the type in turn; the first that throws ends the transaction. */
  readonly dispatch = async (type: string, event: object, delivery: Delivery): Promise<void> => {
    for (let handler = this.getHandlerByPattern(type); handler; handler = handler.next ?? null) {
      const stream = this.transformToObservable(await handler(event, delivery));
      await lastValueFrom(stream, { defaultValue: undefined });
    }
  };

  async close(): Promise<void> {
    await this.subscription?.stop();
  }

  on(): void {
    throw new Error('The bus has no status events.');
  }

  unwrap<T>(): T {
    return this.bus as T;
  }
}
