// The whole story on each bus: the demonstration, small, while everything is killed; then replay and rebuild.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../api-client.mjs';
import { serviceNames } from '../platform.mjs';
import { provisionDatabase } from '../../libs/platform/dist/database/provision.js';
import { buses, PlatformUnderTest } from './platform-under-test.mjs';

const size = { applicants: 200, rows: 500 };
const minutes = (count) => count * 60_000;

describe.each(buses)('the platform on the %s bus', (bus) => {
  const under = new PlatformUnderTest('story', bus);
  beforeAll(() => under.start(), minutes(2));
  afterAll(() => under.stop(), minutes(1));

  it(
    'loses nothing and doubles nothing when every process is killed in the middle of the demonstration',
    async () => {
      let running = true;
      const killed = new Set();
      const victims = [...serviceNames, 'gateway', 'postgres', ...(bus === 'kafka' ? ['kafka'] : [])];
      const killing = (async () => {
        for (let next = 0; running; next += 1) {
          await delay(1_500);
          const victim = victims[next % victims.length];
          if (!running) break;
          if (victim === 'postgres') process.kill(under.postgresPid(), 'SIGKILL');
          else if (victim === 'kafka') process.kill(under.kafkaPid(), 'SIGKILL');
          else under.kill(victim);
          killed.add(victim);
        }
      })();
      let result;
      do result = await under.demo({ ...size, patienceSeconds: 180 });
      while (result.code === 0 && killed.size < victims.length);
      running = false;
      await killing;
      if (result.code !== 0) throw new Error(result.output);
      expect([...killed].sort()).toEqual([...victims].sort());
      expect(await under.settled()).toEqual([]);
      expect(await under.parked()).toEqual([]);
      const [{ doubled }] = await under.query(
        'learning-records',
        'SELECT count(*) - count(DISTINCT agreement_id) AS doubled FROM enrolment',
      );
      expect(Number(doubled)).toBe(0);
      const [money] = await under.query(
        'finance',
        `SELECT (SELECT sum(amount_minor) FROM commitment) AS committed,
         (SELECT sum(debit_minor - credit_minor) FROM entry_line WHERE account_code = '2220001') AS receivable`,
      );
      expect(money.committed).toBe(money.receivable);
    },
    minutes(6),
  );

  it(
    'is the same after every topic is replayed from the beginning',
    async () => {
      const before = await under.stateHashes();
      for (const name of serviceNames.filter((each) => each !== 'identity')) await under.replay(name);
      expect(await under.stateHashes()).toEqual(before);
    },
    minutes(3),
  );

  it(
    'shows the same numbers when monitoring is dropped and rebuilt',
    async () => {
      const api = new ApiClient(under.platform.url, under.platform.clients[0]);
      const indicators = (await api.get('/monitoring/v1/indicators')).items.map(({ code }) => code);
      const numbers = () =>
        Promise.all(
          indicators.map((code) =>
            api.get(`/monitoring/v1/indicators/${code}/values?by=year,county,field,institution`),
          ),
        );
      const before = await numbers();
      expect(before.flatMap(({ items }) => items).length).toBeGreaterThan(100);
      const monitoring = under.service('monitoring');
      await monitoring.stop();
      const { superuser, password, host, port } = under.platform.postgres;
      const admin = `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/postgres`;
      await under.asAdmin('DROP DATABASE monitoring WITH (FORCE)');
      await provisionDatabase(
        admin,
        'monitoring',
        'monitoring',
        decodeURIComponent(new URL(under.platform.postgres.databases.monitoring.DATABASE_URL).password),
      );
      await under.replay('monitoring');
      expect(await numbers()).toEqual(before);
    },
    minutes(3),
  );
});
