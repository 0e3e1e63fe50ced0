import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Admin, EachBatchPayload, IHeaders, KafkaMessage, Producer } from 'kafkajs';
import { Batcher } from '../database/batcher.js';
import { Bus } from './bus.js';
import type { BatchHandler, BusEvent, Subscription } from './bus.js';
import { topics } from './topics.js';
import type { Topic } from './topics.js';

const day = 86_400_000;
const batchSize = 500;
/** Kafka's error codes of a group that it does not know, and of one whose members are still there. */
const groupUnknown = 69;
const groupNotEmpty = 68;
const mostAttempts = 60;
const attemptEveryMs = 500;

export function kafkaClient(brokers: string, clientId: string): Kafka {
  const log = new Logger('Kafka');
  return new Kafka({
    clientId,
    brokers: brokers.split(','),
    // An idempotent producer must never give up: a send given up may still have reached the broker.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: Number.MAX_SAFE_INTEGER },
    logLevel: logLevel.ERROR,
    logCreator: () => (entry) => {
      // Retries and rebalances are news to kafkajs; only what it calls an error is news to an operator.
      if (entry.level === logLevel.ERROR) log.warn(`${entry.namespace}: ${entry.log.message}`);
    },
  });
}

/** CloudEvents 1.0, Kafka binding, binary mode: attributes as `ce_…` headers, the payload as the value. */
function toMessage(event: BusEvent): { key: string; value: string; headers: IHeaders } {
  return {
    key: event.key,
    value: event.payload,
    headers: {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: `urn:meistras:${event.topic.split('.', 1)[0] ?? ''}`,
      ce_type: event.type,
      ce_subject: event.key,
      ce_time: event.occurredAt,
      ce_aggregateversion: String(event.version),
      ...(event.traceparent === undefined ? {} : { ce_traceparent: event.traceparent }),
    },
  };
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

/** The bus on Kafka: idempotent producer with `acks=all`, offsets committed only after the handler's own commit. */
export class KafkaBus extends Bus {
  private readonly kafka: Kafka;
  private producer: Promise<Producer> | undefined;
  private admin: Promise<Admin> | undefined;

  constructor(brokers: string, clientId: string) {
    super();
    this.kafka = kafkaClient(brokers, clientId);
  }

  async publish(events: BusEvent[]): Promise<void> {
    const producer = await (this.producer ??= this.connectProducer());
    const byTopic = new Map<string, BusEvent[]>();
    for (const event of events) {
      const group = byTopic.get(event.topic);
      if (group) group.push(event);
      else byTopic.set(event.topic, [event]);
    }
    await producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.None,
      topicMessages: [...byTopic].map(([topic, group]) => ({ topic, messages: group.map(toMessage) })),
    });
  }

  async subscribe(group: string, names: string[], handler: BatchHandler): Promise<Subscription> {
    const consumer = this.kafka.consumer({
      groupId: group,
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
      maxWaitTimeInMs: 100,
      retry: { retries: 10, restartOnFailure: () => Promise.resolve(true) },
      allowAutoTopicCreation: false,
    });
    // kafkajs hands over partition by partition; what several bring at the same time is handled together.
    const together = new Batcher<BusEvent[], void>(
      async (slices) => {
        await handler(slices.flat());
        return slices.map(() => undefined);
      },
      { atMost: 10, underWay: 1 },
    );
    const inHand = new Set<Promise<void>>();
    let stopping = false;
    await consumer.connect();
    await consumer.subscribe({ topics: names, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 20,
      eachBatch: async (payload) => {
        if (stopping) return;
        const { topic, partition } = payload.batch;
        const work = handOver(
          payload,
          (slice) => together.run(slice),
          (offset) => consumer.commitOffsets([{ topic, partition, offset }]),
        );
        inHand.add(work);
        await work.finally(() => inHand.delete(work));
      },
    });
    return {
      stop: async () => {
        stopping = true;
        await Promise.allSettled(inHand);
        await consumer.disconnect();
      },
    };
  }

  /** Forgets the group with its offsets; it starts anew at the beginning. Waits for members that died without leaving. */
  async rewind(group: string): Promise<void> {
    const admin = await this.connectAdmin();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await admin.deleteGroups([group]);
        return;
      } catch (error) {
        const code = (error as { groups?: { errorCode?: number }[] }).groups?.[0]?.errorCode;
        if (code === groupUnknown) return;
        if (code !== groupNotEmpty || attempt === mostAttempts) throw error;
        await delay(attemptEveryMs);
      }
    }
  }

  async ping(): Promise<void> {
    await (await this.connectAdmin()).describeCluster();
  }

  async close(): Promise<void> {
    await (await this.producer)?.disconnect();
    await (await this.admin)?.disconnect();
  }

  private async connectProducer(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      // Two sends under way at once would break the order of a key.
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  private connectAdmin(): Promise<Admin> {
    return (this.admin ??= (async () => {
      const admin = this.kafka.admin();
      await admin.connect();
      return admin;
    })());
  }
}

/** Hands a fetched batch over in slices, commits after each, keeps the session alive in between. */
async function handOver(
  payload: EachBatchPayload,
  handler: BatchHandler,
  commit: (offset: string) => Promise<void>,
): Promise<void> {
  const { batch } = payload;
  for (let from = 0; from < batch.messages.length; from += batchSize) {
    if (!payload.isRunning() || payload.isStale()) return;
    const slice = batch.messages.slice(from, from + batchSize);
    const last = slice.at(-1);
    if (!last) return;
    await handler(slice.map((message) => toBusEvent(batch.topic, message)));
    payload.resolveOffset(last.offset);
    await commit((BigInt(last.offset) + 1n).toString());
    await payload.heartbeat();
  }
}

/** Creates the declared topics; existing ones are left as they are. */
export async function createKafkaTopics(brokers: string, replicationFactor: number): Promise<void> {
  const admin = kafkaClient(brokers, 'topics').admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const wanted = topics.filter((topic) => !existing.has(topic.name));
    if (wanted.length === 0) return;
    await admin.createTopics({
      waitForLeaders: true,
      topics: wanted.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor,
        configEntries: settingsOf(topic, replicationFactor),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}

function settingsOf(topic: Topic, replicationFactor: number): { name: string; value: string }[] {
  return [
    { name: 'cleanup.policy', value: topic.compacted ? 'compact' : 'delete' },
    { name: 'retention.ms', value: String(topic.retentionDays === -1 ? -1 : topic.retentionDays * day) },
    { name: 'min.insync.replicas', value: String(Math.min(2, replicationFactor)) },
  ];
}
