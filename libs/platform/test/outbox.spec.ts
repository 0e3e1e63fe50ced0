import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { ClientRegisteredV1 } from '@meistras/contracts/events/identity/client';
import { startService } from '@meistras/testing/start-service';
import { Changes } from '../src/changes/changes.js';
import { Bus } from '../src/bus/bus.js';
import type { BusEvent, Subscription } from '../src/bus/bus.js';
import { ServiceConfig } from '../src/config/config.js';
import { OutboxRelay, readOutbox } from '../src/outbox/outbox.relay.js';
import { Outbox } from '../src/outbox/outbox.js';
import { features, sample } from './sample/things.js';

/** What a naive relay would read: everything behind the highest id seen. */
const naive = 'SELECT id, key FROM outbox WHERE id > $1 ORDER BY id';

/** Keeps what it is given. */
class KeepingBus extends Bus {
  readonly kept: BusEvent[] = [];
  heard: () => void = () => undefined;

  publish(events: BusEvent[]): Promise<void> {
    this.kept.push(...events);
    this.heard();
    return Promise.resolve();
  }
  subscribe(): Promise<Subscription> {
    return Promise.reject(new Error('Nobody listens.'));
  }
  rewind = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();
  ping = (): Promise<void> => Promise.resolve();
}

describe('the outbox', () => {
  const api = startService(sample, features);

  async function write(key: string): Promise<QueryRunner> {
    const runner = api.db.createQueryRunner();
    await runner.startTransaction();
    await api.app.get(Outbox).add(runner.manager, ClientRegisteredV1, { clientId: key, version: 1, state: 'ACTIVE' });
    return runner;
  }
  async function commit(runner: QueryRunner): Promise<void> {
    await runner.commitTransaction();
    await runner.release();
  }

  it('gives nothing that a running transaction could still commit behind', async () => {
    const [slow, fast] = [randomUUID(), randomUUID()];
    const slowWriter = await write(slow);
    await commit(await write(fast));
    const naiveFirst: { id: string; key: string }[] = await api.db.query(naive, [0]);
    const first: { key: string }[] = await api.db.query(readOutbox);
    await commit(slowWriter);
    const naiveSecond: { key: string }[] = await api.db.query(naive, [naiveFirst.at(-1)?.id]);
    await api.untilReadable();
    const second: { key: string }[] = await api.db.query(readOutbox);
    expect(first).toEqual([]);
    expect(second.map(({ key }) => key)).toEqual([slow, fast]);
    // The control: a cursor on the id alone loses the slow transaction's event for ever.
    expect([...naiveFirst, ...naiveSecond].map(({ key }) => key)).toEqual([fast]);
  });

  it('is read as a feed in the order of the transactions’ numbers, not of their digits', async () => {
    const keys = ['9', '10', '11'];
    await api.db.query(
      `INSERT INTO outbox (xid, event_id, type, topic, key, version, payload, occurred_at)
       SELECT k::xid8, gen_random_uuid(), 'sample.number.counted.v1', 'sample.number', k, 1, '{}', now() FROM unnest($1::text[]) k`,
      [keys],
    );
    const changes = api.app.get(Changes);
    const first = await changes.list('sample.number', { limit: 1 }, null);
    const second = await changes.list('sample.number', { limit: 5, after: first.highWatermark }, null);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(keys);
  });

  it('writes the event only if the change commits', async () => {
    const key = randomUUID();
    const writer = await write(key);
    await writer.rollbackTransaction();
    await writer.release();
    expect((await api.events()).filter((event) => event.key === key)).toEqual([]);
  });

  it('refuses two events of one version', async () => {
    const key = randomUUID();
    await commit(await write(key));
    await expect(write(key)).rejects.toThrow('outbox_aggregate_version');
  });

  it('is published also while an import has the machine, each event once and in order', async () => {
    const bus = new KeepingBus();
    const relay = new OutboxRelay(api.app.get(ServiceConfig), bus);
    relay.yieldFor(60_000);
    relay.start();
    const keys = [randomUUID(), randomUUID(), randomUUID()];
    for (const key of keys) {
      const heard = new Promise<void>((resolve) => (bus.heard = resolve));
      await commit(await write(key));
      while (!bus.kept.some((event) => event.key === key)) await heard;
    }
    await relay.stop();
    expect(bus.kept.map(({ key }) => key).filter((key) => keys.some((each) => each === key))).toEqual(keys);
  });
});
