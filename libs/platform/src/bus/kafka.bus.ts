import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Admin, IHeaders, Producer } from 'kafkajs';
import { Bus } from './bus.js';
import type { BatchHandler, BusEvent, Subscription } from './bus.js';
import { KafkaSubscription } from './kafka.subscription.js';
import { topics } from './topics.js';
import type { Topic } from './topics.js';

const day = 86_400_000;
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
    const subscription = new KafkaSubscription(this.kafka, group, names, handler);
    await subscription.start();
    return subscription;
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
