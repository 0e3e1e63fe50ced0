import { describe, expect, it } from '@jest/globals';
import { seedCommitment } from '../src/allocation/lottery.rules.js';
import { RunEngine } from '../src/runs/run.engine.js';
import { TrialExecutor } from '../src/trial-runs/trial.executor.js';
import { ministry, signing } from './builders.js';
import { asItStands, TriedStage } from './trial.builders.js';
import type { Body } from './trial.builders.js';

describe('the work of trial runs', () => {
  const tried = new TriedStage();
  const { admission, api } = tried;
  const start = tried.start.bind(tried);
  const trial = tried.trial.bind(tried);
  const placesOf = tried.placesOf.bind(tried);
  describe('draw by a seed', () => {
    it('of their own while that of the stage is promised, and by the same one again if asked', async () => {
      const { body: stage } = await api.as(ministry).get(`/stages/${tried.stageId}`).expect(200);
      const [{ seed: promised }] = await api.db.query('SELECT seed FROM stage_seed WHERE stage_id = $1', [
        tried.stageId,
      ]);
      const [one, other] = [await trial(), await trial()];
      expect(new Set([one['seed'], other['seed'], promised]).size).toBe(3);
      expect(seedCommitment(String(one['seed']))).not.toBe(stage.seedCommitment);
      expect(other['inputHash']).not.toBe(one['inputHash']);
      const again = await trial({ seed: one['seed'] });
      expect([again['inputHash'], again['resultHash']]).toEqual([one['inputHash'], one['resultHash']]);
      expect((await start({ seed: promised }).expect(422)).body.errors).toMatchObject([
        { pointer: '/seed', code: 'SEED_PROMISED' },
      ]);
    });

    it('that the stage has revealed: with nothing assumed the result is that of the real run, to the hash', async () => {
      const final = await admission.run(tried.stageId);
      admission.at(signing);
      await admission.publish(final['id']);
      const { body: stage } = await api.as(ministry).get(`/stages/${tried.stageId}`).expect(200);
      const run = await trial();
      expect(run).toMatchObject({ stageState: 'SIGNING', seed: stage.seed, placed: final['placed'] });
      expect([run['inputHash'], run['resultHash']]).toEqual([final['inputHash'], final['resultHash']]);
      expect(await placesOf(run)).toEqual(await placesOf(final, 'placement'));
      const { body } = await api.as(ministry).get(`/runs/${String(final['id'])}/comparison?with=${String(run['id'])}`);
      expect(body).toMatchObject({
        ...{ sameLottery: true, first: { kind: 'FINAL', placed: 4 }, second: { kind: 'TRIAL', placed: 4 } },
        applicants: { placedInBoth: 4, samePlace: 4, onlyInFirst: 0, onlyInSecond: 0, betterInSecond: 0 },
      });
    });
  });

  describe('at work', () => {
    const engine = () => api.app.get(RunEngine);
    /** Does something the moment that the next trial is worked on. */
    const interrupted = async (interrupt: () => Promise<unknown>): Promise<void> => {
      const work = engine().work.bind(engine());
      engine().work = async (job) => {
        engine().work = work;
        await interrupt();
        return work(job);
      };
      await admission.settleTrials();
    };
    const stored = async (id: unknown): Promise<Body> =>
      (await api.db.query('SELECT state, attempt FROM trial_run WHERE id = $1', [id]))[0];

    it('give way to a final run, which does not wait for them, and are done afterwards', async () => {
      const { body: waiting } = await start({ quotas: [{ fieldCode: '07', quota: 3 }] }).expect(202);
      await interrupted(() => api.as(ministry).post(`/stages/${tried.stageId}/runs`).expect(202));
      expect(await stored(waiting.id)).toEqual({ state: 'RUNNING', attempt: 1 });
      await admission.settleTrials(); // Not begun while the final one is.
      expect(await stored(waiting.id)).toEqual({ state: 'RUNNING', attempt: 1 });
      await admission.settle();
      const { body: runs } = await api.as(ministry).get(`/stages/${tried.stageId}/runs`).expect(200);
      expect(runs.items).toMatchObject([{ state: 'COMPLETED', placed: 4 }]);
      await admission.settleTrials();
      expect(await stored(waiting.id)).toEqual({ state: 'COMPLETED', attempt: 2 });
      const { body: done } = await api
        .as(ministry)
        .get(`/trial-runs/${String(waiting.id)}`)
        .expect(200);
      expect(done).toMatchObject({ placed: 5, stageState: 'MATCHED' });
    });

    it('wait while a run is being published', async () => {
      const final = await admission.run(tried.stageId);
      admission.at(signing);
      await api
        .as(ministry)
        .post(`/runs/${String(final['id'])}/publish`)
        .expect(202);
      const { body: waiting } = await start().expect(202);
      await admission.settleTrials();
      expect(await stored(waiting.id)).toEqual({ state: 'RUNNING', attempt: 0 });
      await admission.settle();
      await admission.settleTrials();
      expect(await stored(waiting.id)).toEqual({ state: 'COMPLETED', attempt: 1 });
    });

    it('are taken up again after a crash, with the identical result', async () => {
      const { body: begun } = await start().expect(202);
      const work = engine().work.bind(engine());
      engine().work = async (job) => {
        await work(job);
        throw new Error('The process died.');
      };
      await expect(admission.settleTrials()).rejects.toThrow('The process died.');
      engine().work = work;
      expect(await placesOf(begun)).toEqual(asItStands);
      expect(await stored(begun.id)).toEqual({ state: 'RUNNING', attempt: 1 });
      await admission.settleTrials();
      expect(await stored(begun.id)).toEqual({ state: 'COMPLETED', attempt: 2 });
      expect(await placesOf(begun)).toEqual(asItStands);
    });

    it('are given up when they were broken off twenty times', async () => {
      const { body: begun } = await start().expect(202);
      await api.db.query('UPDATE trial_run SET attempt = 20 WHERE id = $1', [begun.id]);
      await admission.settleTrials();
      expect(await stored(begun.id)).toEqual({ state: 'FAILED', attempt: 21 });
      const { body: read } = await api
        .as(ministry)
        .get(`/trial-runs/${String(begun.id)}`)
        .expect(200);
      expect(read).toMatchObject({ state: 'FAILED', error: 'broken-off' });
    });

    it('end when they are thrown away, and leave nothing', async () => {
      const { body: begun } = await start().expect(202);
      await interrupted(() =>
        api
          .as(ministry)
          .delete(`/trial-runs/${String(begun.id)}`)
          .expect(204),
      );
      await admission.settleTrials();
      expect(await stored(begun.id)).toBeUndefined();
    });
  });

  describe('are forgotten', () => {
    const rowsOf = async (id: unknown): Promise<number[]> =>
      Promise.all(
        [
          ['trial_run', 'id'],
          ['trial_placement', 'run_id'],
          ['trial_limit', 'run_id'],
        ].map(async ([table, key]) => (await api.db.query(`SELECT 1 FROM ${table!} WHERE ${key!} = $1`, [id])).length),
      );

    it('when they are thrown away, with all that they stored', async () => {
      const [one, other] = [await trial(), await trial()];
      expect(await rowsOf(one['id'])).toEqual([1, 4, 8]);
      await api
        .as(ministry)
        .delete(`/trial-runs/${String(one['id'])}`)
        .expect(204);
      for (const path of [
        `/trial-runs/${String(one['id'])}`,
        `/runs/${String(one['id'])}/comparison?with=${String(other['id'])}`,
      ])
        await api.as(ministry).get(path).expect(404);
      await api
        .as(ministry)
        .delete(`/trial-runs/${String(one['id'])}`)
        .expect(404);
      expect((await api.as(ministry).get(`/stages/${tried.stageId}/trial-runs`)).body.items).toHaveLength(1);
      await admission.settleTrials();
      expect([await rowsOf(one['id']), await rowsOf(other['id'])]).toEqual([
        [0, 0, 0],
        [1, 4, 8],
      ]);
    });

    it('piece by piece, each in a transaction of its own', async () => {
      const executor = api.app.get(TrialExecutor);
      executor.piece = 3;
      const run = await trial();
      await api
        .as(ministry)
        .delete(`/trial-runs/${String(run['id'])}`)
        .expect(204);
      await executor.turn();
      expect(await rowsOf(run['id'])).toEqual([1, 1, 8]);
      await executor.turn();
      expect(await rowsOf(run['id'])).toEqual([0, 0, 0]);
      executor.piece = 25_000;
    });

    it('after the days of adm.retention.trialRuns', async () => {
      const run = await trial();
      admission.at('2026-11-03T20:00:00Z');
      await admission.settleTrials();
      expect(await rowsOf(run['id'])).toEqual([1, 4, 8]);
      admission.at('2026-11-03T22:00:00Z');
      await admission.settleTrials();
      expect(await rowsOf(run['id'])).toEqual([0, 0, 0]);
    });
  });
});
