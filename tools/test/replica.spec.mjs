// The copy that anybody may keep (examples/replica) equals the register, whoever writes and whatever dies meanwhile.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOf, Replica } from '../../examples/replica/replica.mjs';
import { ApiClient } from '../api-client.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';

const minutes = 180_000;
const writers = 4;
const writesEach = 60;

/** Numbers that look random and are the same in every run. */
function draw(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function jarCode(number) {
  const body = String(20_000_000 + number);
  const sum = (offset) =>
    [...body].reduce((total, digit, i) => total + Number(digit) * (((i + offset) % 9) + 1), 0) % 11;
  const first = sum(0);
  return body + (first < 10 ? first : sum(2) % 10);
}

describe('a copy that follows the change feed', () => {
  const under = new PlatformUnderTest('replica', 'postgres');
  let api;
  let get;
  beforeAll(async () => {
    await under.start();
    const { url, clients } = under.platform;
    api = new ApiClient(url, clients[0]);
    get = clientOf({ url, ...clients[0] });
  }, minutes);
  afterAll(() => under.stop(), minutes);

  const replicaIn = (name, reader = get) =>
    new Replica({ resource: 'institutions', file: join(under.dir, `${name}.json`), get: reader });

  /** Registers, renames, corrects, recodes and closes institutions; now and for later days; others may be faster. */
  async function write(writer) {
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

  async function exported() {
    const token = await api.token();
    const url = `${under.platform.url}/registers/v1/institutions/export`;
    const text = await (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
    const entries = text.split('\n').filter((line) => line !== '');
    return Object.fromEntries(entries.map((line) => JSON.parse(line)).map((entry) => [entry.id, entry]));
  }

  it(
    'equals the register after writers at the same time, kills of both, and a replay',
    async () => {
      let writing = true;
      const work = Promise.all(Array.from({ length: writers }, (_, i) => write(i + 1))).finally(
        () => (writing = false),
      );
      let deaths = 0;
      const next = draw(99);
      const follow = async () => {
        while (writing) {
          // It dies at a random one of its requests, with what it had read and not stored, and starts again from its file.
          let left = 1 + next(40);
          const mortal = (path) => ((left -= 1) === 0 ? Promise.reject(new Error('killed')) : get(path));
          await replicaIn('follower', mortal)
            .catchUp()
            .catch((error) => {
              if (error.message !== 'killed') throw error;
              deaths += 1;
            });
        }
      };
      const killing = (async () => {
        await delay(1_500);
        under.kill('registers');
        await under.service('registers').ready();
      })();
      await Promise.all([work, follow(), killing]);
      expect(deaths).toBeGreaterThan(3);
      expect(await under.settled()).toEqual([]);

      const register = await exported();
      expect(Object.keys(register).length).toBeGreaterThan(30);
      for (const name of ['follower', 'from-nothing']) {
        const replica = replicaIn(name);
        await replica.catchUp();
        expect(Object.fromEntries(replica.entries)).toEqual(register);
      }
    },
    minutes,
  );
});
