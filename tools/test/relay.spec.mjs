// The relay at its weakest moment, and the proof that these tests would see a relay that loses events.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../api-client.mjs';
import { inParallel } from '../demo/progress.mjs';
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
      await restartWith(['--import', seededBug]);
      let lost = [];
      for (let round = 0; lost.length === 0 && round < 20; round += 1) {
        await inParallel(
          Array.from({ length: 400 }, (_, i) => i),
          32,
          (i) => api.post('/registers/v1/learners', learner(i)),
        );
        lost = await under.settled(3_000);
      }
      expect(lost.length).toBeGreaterThan(0);
      // Mended, and published again from the beginning: everybody catches up, nobody doubles anything.
      await restartWith([]);
      await under.query('registers', `UPDATE outbox_cursor SET xid = '0', id = 0`);
      expect(await under.settled()).toEqual([]);
    },
    twoMinutes,
  );
});
