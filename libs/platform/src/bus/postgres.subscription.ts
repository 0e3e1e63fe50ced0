import type pg from 'pg';
import { LedLoopRunner } from '../loop/led-loop.js';
import { busEventOf } from './bus.js';
import type { BatchHandler, EventRow, Subscription } from './bus.js';
import { partitionsOf } from './topics.js';

/** Of each partition in one turn; what is read in a turn is applied in one transaction. */
const batchSize = 100;
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

  /** Reads a batch of all partitions, hands it over, moves their offsets. Returns how many events there were. */
  private async drain(client: pg.Client): Promise<number> {
    const { rows } = await client.query<Row>({
      name: 'bus-read',
      text: `SELECT e.* FROM unnest($1::text[], $2::int[], $3::bigint[]) AS p (topic, partition, after)
        CROSS JOIN LATERAL (SELECT * FROM bus_event b WHERE b.topic = p.topic AND b.partition = p.partition
          AND b.id > p.after ORDER BY b.id LIMIT ${batchSize}) e
        ORDER BY e.topic, e.partition, e.id`,
      values: arraysOf(this.positions),
    });
    if (rows.length === 0) return 0;
    await this.handler(rows.map(busEventOf));
    await this.commit(client, [...new Map(rows.map((row) => [`${row.topic} ${row.partition}`, row])).values()]);
    return rows.length;
  }

  /** `last` is the last event that was handled of each partition that had any. */
  private async commit(client: pg.Client, last: Position[]): Promise<void> {
    await client.query({
      name: 'bus-commit',
      text: `INSERT INTO bus_offset (consumer_group, topic, partition, id)
        SELECT $4, p.* FROM unnest($1::text[], $2::int[], $3::bigint[]) AS p
        ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET id = excluded.id`,
      values: [...arraysOf(last), this.group],
    });
    for (const { topic, partition, id } of last) {
      const position = this.positions.find((each) => each.topic === topic && each.partition === partition);
      if (position) position.id = id;
    }
  }
}

function arraysOf(positions: Position[]): unknown[][] {
  return [
    positions.map(({ topic }) => topic),
    positions.map(({ partition }) => partition),
    positions.map(({ id }) => id),
  ];
}
