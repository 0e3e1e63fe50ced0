import { beforeEach, describe, expect, it } from '@jest/globals';
import { NO_PLACE } from '../src/allocation/allocation-problem.js';
import type { AllocationProblem, AllocationResult } from '../src/allocation/allocation-problem.js';
import { RunEngine } from '../src/runs/run.engine.js';
import { realSteps, workOff } from '../src/runs/run.work.js';
import { read, verdictOf } from './artefact.builders.js';
import { before, during, locked, ministry, schoolOf, signing, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

/** Two fields that nobody links; in the second one the engine is made to give a place to the wrong applicant. */
describe('a run with a violation', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let wood: OfferingAt;
  let art: OfferingAt;
  let applications: Record<string, ApplicationAt> = {};

  beforeEach(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    wood = await admission.anOffering({ stageId, fieldCode: '0722', fundedSeats: 1, nonFundedSeats: 1 });
    art = await admission.anOffering({ stageId, fieldCode: '0213', fundedSeats: 1, nonFundedSeats: 0 });
    await admission.setPools(stageId, { '07': 1, '02': 1 });
    admission.at(during);
    applications = {
      first: await admission.anApplication(stageId, 9, [wood, 'VF']),
      second: await admission.anApplication(stageId, 8, [wood, 'VF'], [wood, 'VNF']),
      better: await admission.anApplication(stageId, 10, [art, 'VF']),
      worse: await admission.anApplication(stageId, 5, [art, 'VF']),
    };
    for (const { institutionId } of [wood, art]) await admission.allSuitable(institutionId);
    admission.at(locked);
  });

  const id = (name: string): string => applications[name]!.id;
  const withAllocation = async (allocate: typeof realSteps.allocate): Promise<Record<string, unknown>> => {
    const engine = api.app.get(RunEngine);
    const inThread = engine.work.bind(engine);
    engine.work = (job) => workOff(job, { allocate });
    try {
      return await admission.run(stageId);
    } finally {
      engine.work = inThread;
    }
  };
  /** The place of the last field goes to the one who comes last. */
  const favouring = (problem: AllocationProblem): AllocationResult => {
    const result = realSteps.allocate(problem);
    const own = result.option.findIndex((o) => o !== NO_PLACE && o % 2 === 0 && problem.fieldOf[o >> 1] === 0);
    const place = result.option[own]!;
    const other = problem.listStart.findIndex(
      (from, a) => a !== own && problem.option[from] === place && result.option[a] === NO_PLACE,
    );
    return { ...result, option: result.option.with(own, NO_PLACE).with(other, place) };
  };
  const decide = (runId: unknown, group: number, caller = ministry) =>
    api.as(caller).post(`/runs/${String(runId)}/quarantine-decisions`, { group, act: 'V-1519' });
  const invited = async () => (await admission.invitationsOf(stageId)).map((one) => one['applicationId']).sort();

  it('holds back the connected group alone, names it, and lets the others out', async () => {
    const run = await withAllocation(favouring);
    expect(run).toMatchObject({ state: 'COMPLETED', verified: false, applicants: 4, placed: 3 });
    expect(run['held']).toEqual([{ group: 1, applicants: 2, placed: 1, fields: ['02'], offerings: [] }]);
    const violations = (run['properties'] as { property: string; ok: boolean; violations: object[] }[]).filter(
      ({ ok }) => !ok,
    );
    expect(violations.map(({ property }) => property)).toEqual(['P3', 'P10', 'P8']);
    expect(violations[0]!.violations).toEqual([
      expect.objectContaining({ applicationId: id('better'), offeringId: art.id, fundingType: 'VF', fieldCode: '02' }),
    ]);
    admission.at(signing);
    await admission.publish(run['id']);
    expect(await invited()).toEqual([id('first'), id('second')].sort());
    await api
      .as(ministry)
      .get(`/applications/${id('first')}/explanation`)
      .expect(200);
    for (const name of ['better', 'worse']) {
      const { body } = await api
        .as(ministry)
        .get(`/applications/${id(name)}/explanation`)
        .expect(409);
      expect(body.type).toContain('result-held');
    }
    await api
      .anonymous()
      .get(`/runs/${String(run['id'])}/artefact`)
      .expect(404);
    const verdict = await verdictOf(await read(admission, `/runs/${String(run['id'])}/artefact/full`));
    expect(verdict).toMatchObject({ ok: false, connected: [id('better'), id('worse')].sort() });
    expect(verdict.violated).toEqual(expect.arrayContaining(['P3', 'P7', 'P8', 'P10']));
  });

  it('is released by a decision, once, and its invitations follow', async () => {
    const { id: runId } = await withAllocation(favouring);
    admission.at(signing);
    await admission.publish(runId);
    await decide(runId, 2).expect(409);
    await decide(runId, 1, schoolOf(art.institutionId)).expect(403);
    const { body } = await decide(runId, 1).expect(202);
    expect(body.state).toBe('PUBLISHING');
    await admission.settle();
    expect((await decide(runId, 1).expect(409)).body.type).toContain('group-decided');
    expect(await invited()).toEqual([id('first'), id('second'), id('worse')].sort());
    expect(await api.db.query('SELECT act, decided_by FROM quarantine_decision')).toEqual([
      { act: 'V-1519', decided_by: 'ministry' },
    ]);
    const issued = (await api.events('admission.invitation')).filter(({ payload }) => payload['stageId'] === stageId);
    expect(issued).toHaveLength(3);
    await api
      .anonymous()
      .get(`/runs/${String(runId)}/artefact`)
      .expect(200);
  });

  it('is replaced by another run before publication', async () => {
    const wrong = await withAllocation(favouring);
    const { id: runId, verified } = await admission.run(stageId);
    expect(verified).toBe(true);
    await decide(wrong['id'], 1).expect(409);
    admission.at(signing);
    await admission.publish(runId);
    expect(await invited()).toEqual([id('first'), id('second'), id('better')].sort());
  });

  it('is not published when nobody is outside the group, or the violation is nobody’s in particular', async () => {
    const nobody = await withAllocation((problem) => ({
      ...realSteps.allocate(problem),
      option: new Int32Array(problem.applicantCount).fill(NO_PLACE),
    }));
    expect((nobody['held'] as object[]).length).toBe(2);
    await api
      .as(ministry)
      .post(`/runs/${String(nobody['id'])}/publish`)
      .expect(409);
    const short = await withAllocation((problem) => {
      const result = realSteps.allocate(problem);
      return { ...result, option: result.option.subarray(0, 3) };
    });
    expect(short).toMatchObject({ verified: false, held: [] });
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('LOCKED');
  });
});
