import type pg from 'pg';
import { busEventOf } from './bus.js';
import type { BatchHandler, EventRow, Subscription } from './bus.js';
import { LedLoopRunner } from './loop.js';
import { partitionsOf } from './topics.js';

const batchSize = 500;
/** A notification wakes the reader; the poll is for notifications lost with a connection. */
const pollMs = 500;

interface Position {
  topic: string;
  partition: number;
  id: string;
}

type Row = EventRow & { id: string; partition: number };

/** One consumer of a group. A session lock lets one instance of a group read; the others stand by and take over. */
export class PostgresSubscription implements Subscription {
  private readonly runner: LedLoopRunner;
  private positions: Position[] = [];

  constructor(
    url: string,
    private readonly group: string,
    private readonly topics: string[],
    private readonly handler: BatchHandler,
  ) {
    this.runner = new LedLoopRunner({
      name: `bus:${group}`,
      url,
      lock: [7272743, group],
      pollMs,
      opened: (client) => this.open(client),
      turn: (client) => this.drain(client),
    });
  }

  start(): void {
    this.runner.start();
  }

  async stop(): Promise<void> {
    await this.runner.stop();
  }

  private async open(client: pg.Client): Promise<void> {
    client.on('notification', ({ payload }) => {
      if (payload !== undefined && this.topics.includes(payload)) this.runner.waker.rouse();
    });
    await client.query('LISTEN bus');
    const { rows } = await client.query<Position>(
      'SELECT topic, partition, id FROM bus_offset WHERE consumer_group = $1 AND topic = ANY($2)',
      [this.group, this.topics],
    );
    this.positions = this.topics.flatMap((topic) =>
      Array.from({ length: partitionsOf(topic) }, (_, partition) => ({
        topic,
        partition,
        id: rows.find((row) => row.topic === topic && row.partition === partition)?.id ?? '0',
      })),
    );
  }

  /** Reads one batch of every partition, hands each over, moves its offset. Returns how many events there were. */
  private async drain(client: pg.Client): Promise<number> {
    const { rows } = await client.query<Row>({
      name: 'bus-read',
      text: `SELECT e.* FROM unnest($1::text[], $2::int[], $3::bigint[]) AS p (topic, partition, after)
        CROSS JOIN LATERAL (SELECT * FROM bus_event b WHERE b.topic = p.topic AND b.partition = p.partition
          AND b.id > p.after ORDER BY b.id LIMIT ${batchSize}) e`,
      values: [
        this.positions.map((position) => position.topic),
        this.positions.map((position) => position.partition),
        this.positions.map((position) => position.id),
      ],
    });
    for (const position of this.positions) {
      if (this.runner.stopped) break;
      const batch = rows.filter((row) => row.topic === position.topic && row.partition === position.partition);
      const last = batch.at(-1);
      if (!last) continue;
      await this.handler(batch.map(busEventOf));
      await this.commit(client, { ...position, id: last.id });
      position.id = last.id;
    }
    return rows.length;
  }

  private async commit(client: pg.Client, { topic, partition, id }: Position): Promise<void> {
    await client.query({
      name: 'bus-commit',
      text: `INSERT INTO bus_offset (consumer_group, topic, partition, id) VALUES ($1, $2, $3, $4)
        ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET id = excluded.id`,
      values: [this.group, topic, partition, id],
    });
  }
}
