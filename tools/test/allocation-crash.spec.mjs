// A run and its publication, killed at every stage of their work: begun again to the identical hashes, published once.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { AdmissionAlone } from '../admission-alone.mjs';
import { loadStage, stageId } from '../bench/national-data.mjs';

const minutes = (count) => count * 60_000;
const size = { applicants: 12_000, offerings: 300 };

describe('the work of a run', () => {
  // The file system outlives a killed process, so nothing is proved by waiting for the disk.
  const alone = new AdmissionAlone('test-allocation-crash', {
    settings: { fsync: 'off' },
    environment: { STAGE_CLOCK_POLL_MS: '50' },
  });
  let owner;
  let undisturbed;

  beforeAll(async () => {
    await alone.start();
    owner = await alone.connect();
    await loadStage(owner, size);
    undisturbed = await done(await begin('undisturbed'), 'COMPLETED');
  }, minutes(2));
  afterAll(async () => {
    await owner?.end();
    await alone.stop();
  }, minutes(1));

  const begin = async (key) => (await alone.call('POST', `/stages/${stageId}/runs`, `crash-run-${key}`)).id;

  /** The run as the database has it; waits while PostgreSQL is away. */
  async function stored(id, table = 'matching_run') {
    for (;;) {
      try {
        const { rows } = await owner.query(`SELECT * FROM ${table} WHERE id = $1`, [id]);
        return rows[0];
      } catch {
        await delay(20);
        owner = await alone.connect().catch(() => owner);
      }
    }
  }

  async function done(id, state, table) {
    for (;;) {
      const run = await stored(id, table);
      if (run.state === 'FAILED') throw new Error(run.error);
      if (run.state === state) return run;
      await delay(20);
    }
  }

  const kills = { service: () => alone.killService(), postgres: () => alone.crashPostgres() };

  /** Kills at the moment that a run is seen so; false when it was over before. */
  async function killWhen(id, victim, seen, { over = ['PUBLISHED', 'FAILED'], table } = {}) {
    for (;;) {
      const run = await stored(id, table);
      if (seen(run)) break;
      if (over.includes(run.state)) return false;
      await delay(3);
    }
    await kills[victim]();
    return true;
  }

  it(
    'ends with the identical result whenever the service or PostgreSQL is killed',
    async () => {
      const id = await begin('killed');
      const moments = [
        ['service', ({ phase }) => phase === 'LOADING'],
        ['postgres', ({ phase, attempt }) => attempt === 2 && phase === 'LOADING'],
        ['service', ({ phase, attempt }) => attempt >= 3 && (phase === 'VERIFYING' || phase === 'STORING')],
        ['postgres', ({ phase, attempt }) => attempt >= 4 && phase === 'STORING'],
      ];
      const killed = [];
      for (const [victim, seen] of moments)
        if (await killWhen(id, victim, seen, { over: ['COMPLETED', 'FAILED'] })) killed.push(victim);
      const run = await done(id, 'COMPLETED');
      expect(killed.length).toBeGreaterThanOrEqual(2);
      expect(run.attempt).toBeGreaterThan(killed.length - 1);
      expect([run.input_hash, run.result_hash, run.placed]).toEqual([
        ...[undisturbed.input_hash, undisturbed.result_hash, undisturbed.placed],
      ]);
      const places =
        'SELECT md5(string_agg(p::text, $2 ORDER BY application_id)) AS digest FROM (SELECT application_id, offering_id, funding_type FROM placement WHERE run_id = $1) p';
      const digest = async (of) => (await owner.query(places, [of, ','])).rows[0].digest;
      expect(await digest(id)).toBe(await digest(undisturbed.id));
    },
    minutes(2),
  );

  it(
    'ends identically as a trial too, which never keeps a final run waiting',
    async () => {
      const table = 'trial_run';
      const begun = (key, body) => alone.call('POST', `/stages/${stageId}/trial-runs`, `crash-trial-${key}`, body);
      await alone.service.ready();
      const calm = await done((await begun('calm', {})).id, 'COMPLETED', table);
      const { id } = await begun('killed', { seed: calm.seed });
      const atWork = ({ phase, attempt }) => attempt === 1 && phase === 'LOADING';
      expect(await killWhen(id, 'service', atWork, { over: ['COMPLETED'], table })).toBe(true);
      while ((await stored(id, table)).attempt < 2) await delay(3);
      const final = await done(await begin('beside-a-trial'), 'COMPLETED');
      const storing = ({ phase, attempt }) => attempt > 2 && phase === 'STORING';
      await killWhen(id, 'postgres', storing, { over: ['COMPLETED'], table });
      const trial = await done(id, 'COMPLETED', table);
      expect(trial.finished_at.getTime()).toBeGreaterThan(final.finished_at.getTime());
      expect(trial.attempt).toBeGreaterThan(2);
      expect([trial.input_hash, trial.result_hash, trial.placed]).toEqual([
        ...[calm.input_hash, calm.result_hash, calm.placed],
      ]);
      const { applicants } = await alone.call('GET', `/runs/${calm.id}/comparison?with=${id}`);
      expect(applicants).toMatchObject({ placedInBoth: calm.placed, samePlace: calm.placed });
    },
    minutes(2),
  );

  it(
    'invites everybody once, with one event each, however often the publication is killed',
    async () => {
      await alone.service.ready();
      const { rows } = await owner.query('SELECT run_id AS id FROM stage WHERE id = $1', [stageId]);
      const [{ id }] = rows;
      await alone.call('POST', `/runs/${id}/publish`);
      const [asked] = [await killWhen(id, 'service', ({ state }) => state === 'PUBLISHING')];
      const [half] = [await killWhen(id, 'postgres', ({ done: issued }) => issued > 0)];
      expect([asked, half]).toEqual([true, true]);
      const run = await done(id, 'PUBLISHED');
      const count = async (sql) => Number((await owner.query(`SELECT count(*) AS n FROM ${sql}`)).rows[0].n);
      expect(await count('placement p JOIN stage s ON s.run_id = p.run_id')).toBe(run.placed);
      expect(
        await count(`placement p JOIN stage s ON s.run_id = p.run_id JOIN invitation i ON i.run_id = p.run_id
          AND i.application_id = p.application_id AND i.offering_id = p.offering_id AND i.funding_type = p.funding_type`),
      ).toBe(run.placed);
      expect(await count('invitation')).toBe(run.placed);
      expect(await count(`outbox WHERE topic = 'admission.invitation'`)).toBe(run.placed);
      expect(await count(`(SELECT DISTINCT key FROM outbox WHERE topic = 'admission.invitation') k`)).toBe(run.placed);
      await alone.service.ready();
      expect((await alone.call('POST', `/runs/${id}/publish`)).state).toBe('PUBLISHED');
      expect(await count('invitation')).toBe(run.placed);
    },
    minutes(2),
  );

  it(
    'can then be checked by anybody, who is told what to think of it by the way the command ends',
    async () => {
      const { rows } = await owner.query('SELECT run_id AS id FROM stage WHERE id = $1', [stageId]);
      const download = async (path, name) => {
        const answer = await fetch(`${alone.url}/admission/v1${path}`);
        writeFileSync(join(alone.dir, name), await answer.text());
        return join(alone.dir, name);
      };
      const file = await download(`/runs/${rows[0].id}/artefact`, 'run.json');
      const keys = await download('/artefact-keys', 'keys.json');
      const verify = (...args) => {
        const { status, stdout, stderr } = spawnSync('npx', ['meistras-verify-allocation', ...args], {
          encoding: 'utf8',
        });
        return [status, stdout + stderr];
      };
      const [status, told] = verify(file, '--key', keys, '--json');
      expect([status, JSON.parse(told)]).toMatchObject([
        ...[0, { ok: true, runId: rows[0].id, applicants: size.applicants, keyGiven: true, factsChecked: false }],
      ]);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)));
      expect(verify(`${file}.gz`)).toEqual([0, expect.stringMatching(/^STABLE: run .*\n.*taken from the artefact/)]);
      const forged = join(alone.dir, 'forged.json');
      writeFileSync(forged, readFileSync(file, 'utf8').replace(/"quota":\d+/, '"quota":1'));
      expect(verify(forged)).toEqual([1, expect.stringMatching(/^NOT STABLE: .*HASH.*P1/)]);
      writeFileSync(forged, readFileSync(file, 'utf8').slice(0, 100_000));
      expect(verify(forged)).toEqual([2, expect.stringMatching(/^UNREADABLE: .*truncated/)]);
      expect(verify(join(alone.dir, 'missing.json'))[0]).toBe(2);
      expect(verify()).toEqual([2, expect.stringMatching(/Usage/)]);
    },
    minutes(1),
  );
});
