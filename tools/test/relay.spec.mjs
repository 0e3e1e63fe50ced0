// The relay at its weakest moment, and the proof that these tests would see a relay that loses events.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../api-client.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';

const seededBug = new URL('./seeded-bug.mjs', import.meta.url).href;
const twoMinutes = 120_000;
const learner = (i) => ({ givenName: 'Learner', familyName: `No ${i}`, birthOn: '2008-01-15', sex: 'F' });

describe('the relay', () => {
  const under = new PlatformUnderTest('relay', 'postgres');
  let api;
  beforeAll(async () => {
    await under.start();
    api = new ApiClient(under.platform.url, under.platform.clients[0]);
  }, twoMinutes);
  afterAll(() => under.stop(), twoMinutes);

  it(
    'killed between publishing and marking publishes again, and nobody applies it twice',
    async () => {
      // The cursor is held against change (without a transaction id, which would hold the relay back): it publishes and cannot mark.
      const holder = await under.connect('registers');
      await holder.query('BEGIN');
      await holder.query('LOCK TABLE outbox_cursor IN SHARE MODE');
      const { id } = await api.post('/registers/v1/learners', learner(0));
      const copies = async () => {
        const rows = await under.query(
          'bus',
          `SELECT event_id FROM bus_event WHERE topic = 'registers.learner' AND key = $1`,
          [id],
        );
        return rows.map((row) => row.event_id);
      };
      while ((await copies()).length === 0) await delay(50);
      under.kill('registers');
      // Its server process would finish the statement that waits for the row; it dies with its client here.
      await under.asAdmin(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = 'registers' AND application_name = 'relay' AND wait_event_type = 'Lock'`,
      );
      await holder.query('ROLLBACK');
      await holder.end();
      while ((await copies()).length === 1) await delay(50);
      const [first, second] = await copies();
      expect(second).toBe(first);
      expect(await under.settled()).toEqual([]);
      const known = await under.query('admission', 'SELECT learner_id FROM known_learner WHERE learner_id = $1', [id]);
      expect(known).toHaveLength(1);
      expect(await under.parked()).toEqual([]);
    },
    twoMinutes,
  );

  it(
    'with a seeded bug, a cursor on the id alone, is caught by the same check',
    async () => {
      const registers = under.service('registers');
      const restartWith = async (flags) => {
        await registers.stop();
        registers.what.nodeFlags = flags;
        registers.restart();
        await registers.ready();
      };
      // A slow writer takes its id first and commits last; in between the relay publishes what a fast one wrote.
      const slowWriterCommitsBehind = async (published) => {
        const slow = await under.connect('registers');
        const slowId = randomUUID();
        await slow.query('BEGIN');
        await slow.query(
          `INSERT INTO outbox (event_id, type, topic, key, version, payload, occurred_at)
           VALUES (gen_random_uuid(), 'registers.learner.registered.v1', 'registers.learner', $1, 1, $2, now())`,
          [slowId, JSON.stringify({ learnerId: slowId, version: 1, birthYear: 2008 })],
        );
        const { id } = await api.post('/registers/v1/learners', learner(1));
        await published(id);
        await slow.query('COMMIT');
        await slow.end();
      };
      const onTheBus = async (id) => {
        while ((await under.query('bus', 'SELECT 1 FROM bus_event WHERE key = $1', [id])).length === 0) await delay(20);
      };
      await slowWriterCommitsBehind(() => Promise.resolve());
      expect(await under.settled()).toEqual([]);
      await restartWith(['--import', seededBug]);
      await slowWriterCommitsBehind(onTheBus);
      const lost = await under.settled(3_000);
      expect(lost.length).toBeGreaterThan(0);
      // Mended, and published again from the beginning: everybody catches up, nobody doubles anything.
      await restartWith([]);
      await under.query('registers', `UPDATE outbox_cursor SET xid = '0', id = 0`);
      expect(await under.settled()).toEqual([]);
    },
    twoMinutes,
  );
});
