// The copy that anybody may keep (examples/replica) equals the register, whoever writes and whatever dies meanwhile.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOf, Replica } from '../../examples/replica/replica.mjs';
import { ApiClient } from '../api-client.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';
import { draw, LearnerWriter } from './learner-writer.mjs';
import { registerClient } from './two-schools.mjs';

const minutes = 180_000;
const writers = 4;
const writesEach = 60;

function jarCode(number) {
  const body = String(20_000_000 + number);
  const sum = (offset) =>
    [...body].reduce((total, digit, i) => total + Number(digit) * (((i + offset) % 9) + 1), 0) % 11;
  const first = sum(0);
  return body + (first < 10 ? first : sum(2) % 10);
}

describe('two changes of one entry that stand against the order of their versions', () => {
  const merged = { id: 'a', version: 3, state: { mergedIntoId: 'b' } };
  const before = { id: 'a', version: 2, state: {} };
  const dir = mkdtempSync(join(tmpdir(), 'replica-'));
  afterAll(() => rmSync(dir, { recursive: true }));

  it.each([
    ['on one page', [[merged, before]]],
    ['on two', [[merged], [before]]],
  ])('%s: the copy keeps what the higher one says', async (name, pages) => {
    const pageAfter = (cursor) => ({ items: pages[cursor] ?? [], highWatermark: String(cursor + 1) });
    const get = (path) => {
      if (!path.includes('/changes')) return Promise.resolve({ status: 308 });
      const page = pageAfter(Number(new URLSearchParams(path.split('?')[1]).get('after')));
      return Promise.resolve({ status: 200, json: () => Promise.resolve(page) });
    };
    const replica = new Replica({ resource: 'learners', file: join(dir, `${name}.json`), get });
    expect(await replica.catchUp()).toBe(2);
    expect([...replica.entries.values()]).toEqual([{ id: 'a', version: 3, mergedIntoId: 'b' }]);
  });
});

describe('a copy that follows the change feed', () => {
  const under = new PlatformUnderTest('replica', 'postgres');
  let api;
  let get;
  beforeAll(async () => {
    await under.start();
    const { url, clients } = under.platform;
    api = new ApiClient(url, clients[0]);
    // It may see no protected person, so its copy must not have one.
    const scopes = ['institutions:read', 'learners:read', 'learner-exports:read'].map((each) => `registers.${each}`);
    get = clientOf({ url, ...(await registerClient(api, { name: 'Replica', scopes, national: true })) });
  }, minutes);
  afterAll(() => under.stop(), minutes);

  const replicaOf = (resource, name, reader = get) =>
    new Replica({ resource, file: join(under.dir, `${resource}-${name}.json`), get: reader });

  /** The register at one instant, by id. */
  async function exported(resource) {
    const copy = replicaOf(resource, 'as-it-is');
    await copy.start();
    return Object.fromEntries(copy.entries);
  }

  /**
   * A copy that dies at a random one of its requests, with what it had read and not stored, and starts again from its file,
   * while the writers write and the service is killed. Answers how often it died.
   */
  async function follow(resource, work) {
    let writing = true;
    const done = work.finally(() => (writing = false));
    let [deaths, kills] = [0, 0];
    const next = draw(99);
    const following = (async () => {
      while (writing) {
        let left = 1 + next(40);
        const mortal = (path) => ((left -= 1) === 0 ? Promise.reject(new Error('killed')) : get(path));
        await replicaOf(resource, 'follower', mortal)
          .catchUp()
          .catch((error) => {
            if (error.message !== 'killed') throw error;
            deaths += 1;
          });
      }
    })();
    const killing = (async () => {
      for (; writing && kills < 3; kills += 1) {
        await delay(1_500);
        under.kill('registers');
        await under.service('registers').ready();
      }
    })();
    await Promise.all([done, following, killing]);
    expect(kills).toBeGreaterThan(0);
    return deaths;
  }

  /** Registers, renames, corrects, recodes and closes institutions; now and for later days; others may be faster. */
  async function writeInstitutions(writer) {
    const next = draw(writer);
    for (let i = 0; i < writesEach; i += 1) {
      const number = next(40);
      const path = `/registers/v1/institutions/by-code/JAR/${jarCode(number)}`;
      const entry = await api.put(path, { name: `Name ${next(1_000)}`, ...[{}, { validFrom: '2999-01-01' }][next(2)] });
      if (next(4) > 0) continue;
      const { id, version } = entry;
      const headers = { 'if-match': `"${version}"` };
      const change = [
        () =>
          api.put(
            `/registers/v1/institutions/${id}/code`,
            { codeScheme: 'JAR', code: jarCode(100 + next(900)) },
            headers,
          ),
        () => api.put(`/registers/v1/institutions/${id}/closure`, { validFrom: '2020-01-01', reason: 'Late' }, headers),
        () =>
          api.put(
            `/registers/v1/institutions/${id}`,
            { name: 'Was', validFrom: '2021-05-01', reason: 'Wrong' },
            headers,
          ),
      ][next(3)];
      await change().catch((error) => {
        if (![409, 412].includes(error.status)) throw error;
      });
    }
  }

  it(
    'equals the register of institutions after writers at the same time, kills of both, and a replay',
    async () => {
      const work = Promise.all(Array.from({ length: writers }, (_, i) => writeInstitutions(i + 1)));
      expect(await follow('institutions', work)).toBeGreaterThan(3);
      expect(await under.settled()).toEqual([]);

      const register = await exported('institutions');
      expect(Object.keys(register).length).toBeGreaterThan(30);
      for (const name of ['follower', 'from-nothing']) {
        const replica = replicaOf('institutions', name);
        await replica.catchUp();
        expect(Object.fromEntries(replica.entries)).toEqual(register);
      }
    },
    minutes,
  );

  it(
    'equals the register of learners, follows who was merged, and forgets who was erased or protected',
    async () => {
      const schools = await Promise.all(
        [30, 31].map((n) => api.put(`/registers/v1/institutions/by-code/JAR/${jarCode(n)}`, { name: 'School' })),
      );
      const institutions = schools.filter(({ state }) => state === 'REGISTERED').map(({ id }) => id);
      const learners = [];
      const all = Array.from(
        { length: writers },
        (_, i) => new LearnerWriter({ api, seed: i + 1, learners, institutions }),
      );
      let fromTheMiddle;
      const work = Promise.all(all.map((writer) => writer.write(writesEach)));
      const starting = (async () => {
        while (learners.length < 40) await delay(50);
        fromTheMiddle = replicaOf('learners', 'from-the-middle');
        await fromTheMiddle.start();
      })();
      expect(await follow('learners', Promise.all([work, starting]))).toBeGreaterThan(3);
      const never = all[0].kinds.filter((_, kind) => all.every(({ done }) => done[kind] === 0));
      expect(never.map(({ name }) => name)).toEqual([]);
      await untilTransferred();
      expect(await under.query('registers', `SELECT 1 FROM transfer WHERE state = 'COMPLETED'`)).not.toEqual([]);
      expect(await under.settled()).toEqual([]);

      const register = await exported('learners');
      expect(Object.keys(register).length).toBeGreaterThan(30);
      const redirects = await under.query(
        'registers',
        `SELECT r.learner_id AS id, l.version, r.merged_into_id AS "mergedIntoId"
        FROM learner_redirect r JOIN learner l ON l.id = r.learner_id WHERE l.state = 'MERGED'`,
      );
      expect(redirects.length).toBeGreaterThan(0);
      const leads = Object.fromEntries(redirects.map((each) => [each.id, each]));
      for (const name of ['follower', 'from-nothing']) {
        const replica = replicaOf('learners', name);
        await replica.catchUp();
        expect(Object.fromEntries(replica.entries)).toEqual({ ...register, ...leads });
      }
      await fromTheMiddle.catchUp();
      const entries = [...fromTheMiddle.entries.values()];
      const isLive = (entry) => entry.mergedIntoId === undefined;
      expect(Object.fromEntries(entries.filter(isLive).map((entry) => [entry.id, entry]))).toEqual(register);
      for (const entry of entries.filter((each) => !isLive(each))) expect(entry).toEqual(leads[entry.id]);

      const hidden = await under.query('registers', `SELECT id FROM learner WHERE state IN ('ERASED', 'PROTECTED')`);
      expect(hidden.length).toBeGreaterThan(1);
      const names = new Map(learners.map(({ id, familyName }) => [id, familyName]));
      for (const name of ['follower', 'from-nothing', 'from-the-middle']) {
        const kept = readFileSync(join(under.dir, `learners-${name}.json`), 'utf8');
        for (const { id } of hidden) expect(kept).not.toContain(`"${names.get(id)}"`);
      }
    },
    minutes,
  );

  /** A transfer is completed by the register itself, within half a minute of its day. */
  async function untilTransferred() {
    const due = `SELECT id FROM transfer WHERE state = 'AGREED' AND starts_on <= (now() AT TIME ZONE 'Europe/Vilnius')::date`;
    while ((await under.query('registers', due)).length > 0) await delay(200);
  }
});
