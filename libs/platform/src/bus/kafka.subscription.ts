import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { Batcher } from '../database/batcher.js';
import type { BatchHandler, BusEvent, Subscription } from './bus.js';

/** Events of a partition that are handed over at once; what several partitions bring at the same time is one transaction. */
const sliceSize = 100;
const slicesTogether = 10;
const sessionMs = 10_000;
/** However long a transaction takes, the broker must hear that its consumer lives. */
const beatMs = 2_000;
const restartMs = 1_000;

/** One consumer of a group. Offsets are committed only after the handler's own commit. */
export class KafkaSubscription implements Subscription {
  private readonly log = new Logger('Kafka');
  private readonly inHand = new Set<Promise<void>>();
  private readonly together: Batcher<BusEvent[], void>;
  private consumer: Consumer | undefined;
  private stopping = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly group: string,
    private readonly topics: string[],
    handler: BatchHandler,
  ) {
    this.together = new Batcher<BusEvent[], void>(
      async (slices) => {
        await handler(slices.flat());
        return slices.map(() => undefined);
      },
      { atMost: slicesTogether, underWay: 1 },
    );
  }

  async start(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.group,
      sessionTimeout: sessionMs,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 100,
      retry: { retries: 10, restartOnFailure: () => Promise.resolve(true) },
      allowAutoTopicCreation: false,
    });
    this.consumer = consumer;
    // kafkajs gives up for good on what it takes for no passing fault, a lost membership among them.
    consumer.on(consumer.events.CRASH, ({ payload: { restart } }) => {
      if (!restart) void this.startAgain(consumer);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: this.topics, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 2 * slicesTogether,
      eachBatch: (payload) => this.handle(payload, consumer),
    });
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.allSettled(this.inHand);
    await this.consumer?.disconnect();
  }

  private async startAgain(crashed: Consumer): Promise<void> {
    for (let old: Consumer | undefined = crashed; !this.stopping; old = this.consumer) {
      await old?.disconnect().catch(() => undefined);
      await delay(restartMs);
      if (this.stopping) return;
      try {
        await this.start();
        this.log.log(`${this.group} consumes again`);
        return;
      } catch (error) {
        this.log.warn(`${this.group}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private async handle(payload: EachBatchPayload, consumer: Consumer): Promise<void> {
    if (this.stopping) return;
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), beatMs);
    const work = this.handOver(payload, consumer).finally(() => clearInterval(beat));
    this.inHand.add(work);
    await work.finally(() => this.inHand.delete(work));
  }

  /** Hands a fetched batch over in slices and commits after each. */
  private async handOver(payload: EachBatchPayload, consumer: Consumer): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    for (let from = 0; from < messages.length; from += sliceSize) {
      if (!payload.isRunning() || payload.isStale()) return;
      const slice = messages.slice(from, from + sliceSize);
      const last = slice.at(-1);
      if (!last) return;
      await this.together.run(slice.map((message) => toBusEvent(topic, message)));
      payload.resolveOffset(last.offset);
      await consumer.commitOffsets([{ topic, partition, offset: (BigInt(last.offset) + 1n).toString() }]);
      await payload.heartbeat();
    }
  }
}

function toBusEvent(topic: string, message: KafkaMessage): BusEvent {
  const header = (name: string): string => message.headers?.[name]?.toString() ?? '';
  const traceparent = header('ce_traceparent');
  return {
    id: header('ce_id'),
    type: header('ce_type'),
    topic,
    key: message.key?.toString() ?? '',
    version: Number(header('ce_aggregateversion')),
    occurredAt: header('ce_time'),
    payload: message.value?.toString() ?? '',
    ...(traceparent === '' ? {} : { traceparent }),
  };
}
