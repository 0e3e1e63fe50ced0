import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunEngine } from '../src/runs/run.engine.js';
import { RunPublisher } from '../src/runs/run.publisher.js';
import { before, during, locked, ministry, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('allocation runs', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offering: OfferingAt;
  let applications: ApplicationAt[] = [];

  beforeEach(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    offering = await admission.anOffering({ stageId, fundedSeats: 3, nonFundedSeats: 1 });
    const other = await admission.anOffering({ stageId, fundedSeats: 2 });
    await admission.setPools(stageId, { '07': 4 });
    admission.at(during);
    applications = [];
    // Equal scores: the lottery decides.
    for (let i = 0; i < 6; i += 1)
      applications.push(await admission.anApplication(stageId, 8, [offering, 'VF'], [other, 'VF']));
    for (const { institutionId } of [offering, other]) await admission.allSuitable(institutionId);
    admission.at(locked);
  });

  const start = (key?: string) =>
    api.as(ministry).post(`/stages/${stageId}/runs`, undefined, key === undefined ? {} : { 'idempotency-key': key });
  const results = (runId: unknown) =>
    api.db.query('SELECT application_id, offering_id FROM placement WHERE run_id = $1 ORDER BY 1', [runId]);

  it('give the same hashes for the same input, and are all kept', async () => {
    const first = await admission.run(stageId);
    const second = await admission.run(stageId);
    expect(first).toMatchObject({ state: 'COMPLETED', verified: true, applicants: 6, placed: 4 });
    expect(second['id']).not.toBe(first['id']);
    expect([second['inputHash'], second['resultHash']]).toEqual([first['inputHash'], first['resultHash']]);
    expect(await results(second['id'])).toEqual(await results(first['id']));
    const { body } = await api.as(ministry).get(`/stages/${stageId}/runs`).expect(200);
    expect(body.items).toHaveLength(2);
    await api
      .as(ministry)
      .post(`/runs/${String(first['id'])}/publish`)
      .expect(409);
    const stages = (await api.events('admission.stage')).filter(({ key }) => key === stageId);
    expect(stages.map(({ payload }) => payload['state'])).toEqual([
      'PLANNED',
      'OPEN',
      'ORDERING',
      'LOCKED',
      'MATCHED',
      'LOCKED',
      'MATCHED',
    ]);
  });

  it('run one at a time, and once for a repeated request', async () => {
    const { body: run } = await start('the-same-key-1').expect(202);
    const { body: again } = await start('the-same-key-1').expect(202);
    expect(again.id).toBe(run.id);
    const { body: problem } = await start().expect(409);
    expect(problem.type).toContain('run-in-progress');
    await api
      .as(ministry)
      .put(`/stages/${stageId}/pools`, { pools: [{ fieldCode: '07', planned: 9 }], act: 'V-2' })
      .expect(409);
    await admission.settle();
  });

  it('are taken up again after a crash, with the identical result', async () => {
    const engine = api.app.get(RunEngine);
    const work = engine.work.bind(engine);
    const { body: run } = await start().expect(202);
    engine.work = async (job) => {
      await work(job);
      throw new Error('The process died.');
    };
    await expect(admission.settle()).rejects.toThrow('The process died.');
    engine.work = work;
    const kept = await results(run.id);
    expect(kept).toHaveLength(4);
    expect((await api.as(ministry).get(`/runs/${run.id}`)).body.state).toBe('RUNNING');
    await admission.settle();
    const { body: done } = await api.as(ministry).get(`/runs/${run.id}`).expect(200);
    expect(done.state).toBe('COMPLETED');
    expect(await results(run.id)).toEqual(kept);
    const again = await admission.run(stageId);
    expect([again['inputHash'], again['resultHash']]).toEqual([done.inputHash, done.resultHash]);
  });

  it('need a quota for every field with funded seats', async () => {
    admission.at(before);
    stageId = await admission.aStage();
    await admission.anOffering({ stageId, fieldCode: '1013' });
    admission.at(locked);
    const { body: problem } = await start().expect(409);
    expect(problem).toMatchObject({ errors: [{ pointer: '/pools/10', code: 'POOL_MISSING' }] });
  });

  it('need a locked stage', async () => {
    admission.at(during);
    stageId = await admission.aStage();
    expect((await start().expect(409)).body.type).toContain('stage-state');
  });

  it('are not published when the verifier finds a score that its grades do not give (P5)', async () => {
    await api.db.query('UPDATE application SET score = 90000 WHERE id = $1', [applications[0]!.id]);
    const run = await admission.run(stageId);
    expect(run).toMatchObject({ state: 'COMPLETED', verified: false });
    expect((run['properties'] as { property: string; ok: boolean }[]).filter(({ ok }) => !ok)).toMatchObject([
      { property: 'P5' },
    ]);
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('LOCKED');
    await api
      .as(ministry)
      .post(`/runs/${String(run['id'])}/publish`)
      .expect(409);
  });

  it.each([
    ['placed', 5, 4],
    ['left without a place', 5, 4],
  ])(
    'leave out an applicant %s who withdrew; the result before is not published',
    async (which, applicants, placed) => {
      const run = await admission.run(stageId);
      const places = (await results(run['id'])).map((row: { application_id: string }) => row.application_id);
      const leaver = applications.find(({ id }) => places.includes(id) === (which === 'placed'))!;
      await api.as(ministry).post(`/applications/${leaver.id}/withdraw`).expect(200);
      const { body: problem } = await api
        .as(ministry)
        .post(`/runs/${String(run['id'])}/publish`)
        .expect(409);
      expect(problem.type).toContain('run-outdated');
      const second = await admission.run(stageId);
      expect(second).toMatchObject({ applicants, placed });
      await admission.publish(second['id']);
      expect(await admission.invitationsOf(stageId)).toHaveLength(placed);
    },
  );

  it('leave out an offering that lost its accreditation, and tell its applicants', async () => {
    const run = await admission.run(stageId);
    await admission.revoke(offering.decision, '2026-08-10');
    await api
      .as(ministry)
      .post(`/runs/${String(run['id'])}/publish`)
      .expect(409);
    const second = await admission.run(stageId);
    expect(second).toMatchObject({ applicants: 6, placed: 2 });
    await admission.publish(second['id']);
    const { body } = await api.as(ministry).get(`/applications/${applications[0]!.id}/explanation`).expect(200);
    expect(body.options[0]).toMatchObject({ code: 'NOT_ENTITLED', rule: 'R-REG-15' });
  });

  describe('publication', () => {
    afterEach(() => {
      api.app.get(RunPublisher).chunk = 5_000;
    });

    it('goes on where it broke off and invites nobody twice', async () => {
      const publisher = api.app.get(RunPublisher);
      publisher.chunk = 1;
      const { id } = await admission.run(stageId);
      await api
        .as(ministry)
        .post(`/runs/${String(id)}/publish`)
        .expect(202);
      await publisher.next();
      await publisher.next();
      expect(await admission.invitationsOf(stageId)).toHaveLength(2);
      expect((await api.as(ministry).get(`/runs/${String(id)}`)).body.state).toBe('PUBLISHING');
      await admission.settle();
      expect((await api.as(ministry).get(`/runs/${String(id)}`)).body.state).toBe('PUBLISHED');
      const invited = (await admission.invitationsOf(stageId)).map((one) => one['applicationId']).sort();
      expect(invited).toEqual((await results(id)).map((one: { application_id: string }) => one.application_id));
      await api
        .as(ministry)
        .post(`/runs/${String(id)}/publish`)
        .expect(202);
      await admission.settle();
      expect(await admission.invitationsOf(stageId)).toHaveLength(4);
      const issued = await api.events('admission.invitation');
      expect(issued.filter(({ payload }) => payload['stageId'] === stageId)).toHaveLength(4);
    });
  });
});
