// The whole story on each bus: the demonstration, small, while everything is killed; then replay and rebuild.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient } from '../api-client.mjs';
import { serviceNames } from '../platform.mjs';
import { provisionDatabase } from '../../libs/platform/dist/database/provision.js';
import { buses, PlatformUnderTest } from './platform-under-test.mjs';

const size = { applicants: 100, rows: 300 };

/** Who is killed. The bus makes no difference to the services, so on Kafka it is the broker and two that hear and speak. */
const victimsOn = {
  postgres: [...serviceNames, 'gateway', 'postgres'],
  kafka: ['registers', 'kafka', 'learning-records', 'kafka'],
};
const minutes = (count) => count * 60_000;

describe.each(buses)('the platform on the %s bus', (bus) => {
  const under = new PlatformUnderTest('story', bus);
  beforeAll(() => under.start(), minutes(2));
  afterAll(() => under.stop(), minutes(1));

  it(
    'loses nothing and doubles nothing when every process is killed in the middle of the demonstration',
    async () => {
      let running = true;
      const spared = [...victimsOn[bus]];
      const killing = (async () => {
        while (running && spared.length > 0) {
          await delay(1_000);
          under.kill(spared.shift());
          await under.ready();
        }
      })();
      let result;
      do result = await under.demo({ ...size, patienceSeconds: 120 });
      while (result.code === 0 && spared.length > 0);
      running = false;
      await killing;
      if (result.code !== 0) throw new Error(`${result.output}\n${under.errors().join('\n')}`);
      expect(spared).toEqual([]);
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
      const hearing =
        bus === 'postgres'
          ? serviceNames.filter((name) => name !== 'identity')
          : ['admission', 'learning-records', 'finance'];
      await Promise.all(hearing.map((name) => under.replay(name)));
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
      const { superuser, password, host, port, databases } = under.platform.postgres;
      const admin = `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/postgres`;
      const own = decodeURIComponent(new URL(databases.monitoring.DATABASE_URL).password);
      await under.replay('monitoring', async () => {
        await under.asAdmin('DROP DATABASE monitoring WITH (FORCE)');
        await provisionDatabase(admin, 'monitoring', 'monitoring', own);
      });
      expect(await numbers()).toEqual(before);
    },
    minutes(3),
  );
});
