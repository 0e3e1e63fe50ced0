import { beforeEach, describe, expect, it } from '@jest/globals';
import { PoliciesService } from '../src/policies/policies.service.js';
import { lotteryHash } from '../src/allocation/lottery.rules.js';
import { before, during, locked, ministry, signing, startAdmission } from './builders.js';
import type { ApplicationAt, OfferingAt } from './builders.js';

describe('the input of a run', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offering: OfferingAt;
  let applications: ApplicationAt[] = [];
  let rules: Record<string, unknown> = {};

  beforeEach(async () => {
    const policies = api.app.get(PoliciesService);
    const entryOn = PoliciesService.prototype.entryOn.bind(policies);
    rules = {};
    policies.entryOn = (code, day) => ({
      ...entryOn(code, day),
      ...(code in rules ? { value: rules[code] as ReturnType<typeof entryOn<typeof code>>['value'] } : {}),
    });
    admission.at(before);
    stageId = await admission.aStage();
    offering = await admission.anOffering({ stageId, fundedSeats: 1, nonFundedSeats: 1 });
    await admission.setPools(stageId, { '07': 1 });
    admission.at(during);
    applications = [];
    for (let i = 0; i < 3; i += 1)
      applications.push(await admission.anApplication(stageId, 8, [offering, 'VNF'], [offering, 'VF']));
    await admission.allSuitable(offering.institutionId);
    admission.at(locked);
  });

  const winners = (runId: unknown) =>
    api.db.query('SELECT application_id AS id FROM placement WHERE run_id = $1 AND funding_type = $2', [runId, 'VNF']);
  const start = (query = '') => api.as(ministry).post(`/stages/${stageId}/runs${query}`);
  const explain = async ({ id }: ApplicationAt) =>
    (await api.as(ministry).get(`/applications/${id}/explanation`).expect(200)).body.options;

  it('is checked before anything is computed, and every fault is named', async () => {
    rules = { 'adm.criteria': [{ code: 'ORPHAN' }] };
    const [a, b, c] = applications.map(({ id }) => id);
    await api.db.query(`UPDATE application SET criteria = '{FRIEND,ORPHAN}', score = 100001 WHERE id = $1`, [a]);
    await api.db.query(`UPDATE application SET grades = '[{"scale":"TEN","value":11}]' WHERE id = $1`, [b]);
    await api.db.query('DELETE FROM preference WHERE application_id = $1 AND rank = 1', [c]);
    await api.db.query(`UPDATE offering SET non_funded_seats = -1 WHERE id = $1`, [offering.id]);
    const run = await admission.run(stageId);
    expect(run).toMatchObject({ state: 'FAILED', error: 'ALLOCATION_INPUT_INVALID', faultCount: 5 });
    const faults = [
      { path: `offerings[${offering.id}].seats.VNF`, code: 'NOT_A_COUNT' },
      { path: `applications[${a!}].score`, code: 'SCORE_OUT_OF_RANGE' },
      { path: `applications[${a!}].criteria[FRIEND]`, code: 'CRITERION_UNKNOWN' },
      { path: `applications[${b!}].grades[0].value`, code: 'GRADE_OUT_OF_SCALE' },
      { path: `applications[${c!}].preferences`, code: 'RANK_MISSING' },
    ];
    expect(new Set(run['faults'] as object[])).toEqual(new Set(faults));
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('LOCKED');
  });

  it('ranks by tier where the policy says so (R-ADM-24), and tells who came after', async () => {
    rules = { 'adm.tier': 'FIRST_QUALIFICATION_FIRST' };
    const holder = applications[0]!;
    await api.db.query('UPDATE application SET funding_facts = $2, score = 100000, grades = $3 WHERE id = $1', [
      holder.id,
      { held: [{ kind: 'VET' }] },
      JSON.stringify([{ scale: 'TEN', value: 10 }]),
    ]);
    const run = await admission.run(stageId);
    expect(await winners(run['id'])).not.toContainEqual({ id: holder.id });
    rules = { 'adm.tier': 'NONE' };
    expect(await winners((await admission.run(stageId))['id'])).toEqual([{ id: holder.id }]);
    rules = { 'adm.tier': 'FIRST_QUALIFICATION_FIRST', 'adm.explain.minHolders': 1 };
    const { id } = await admission.run(stageId);
    admission.at(signing);
    await admission.publish(id);
    expect((await explain(holder))[0]).toMatchObject({
      ...{ code: 'BELOW_OFFERING_CUTOFF', decidedBy: 'TIER' },
      ...{ own: { tier: 1, score: 10 }, cutOff: { tier: 0, score: 8 } },
    });
  });

  it('ranks by the priority criteria in their order (R-ADM-25), and tells which decided', async () => {
    rules = { 'adm.criteria': [{ code: 'ORPHAN' }, { code: 'REGION' }], 'adm.explain.minHolders': 1 };
    const [a, b, c] = applications;
    await api.db.query(`UPDATE application SET criteria = '{REGION}' WHERE id = ANY($1)`, [[a!.id, b!.id]]);
    await api.db.query(`UPDATE application SET criteria = '{ORPHAN}' WHERE id = $1`, [c!.id]);
    const { id } = await admission.run(stageId);
    expect(await winners(id)).toEqual([{ id: c!.id }]);
    admission.at(signing);
    await admission.publish(id);
    expect((await explain(a!))[0]).toMatchObject({
      ...{ decidedBy: 'CRITERION', criterion: 'ORPHAN' },
      ...{ own: { criteria: ['REGION'] }, cutOff: { criteria: ['ORPHAN'] } },
    });
  });

  it('keeps the criteria of an application that is changed', async () => {
    await api.db.query(`UPDATE application SET criteria = '{ORPHAN,"A \\"B\\""}' WHERE id = $1`, [applications[0]!.id]);
    await api.as(ministry).post(`/applications/${applications[0]!.id}/withdraw`).expect(200);
    const [row] = await api.db.query('SELECT state, criteria FROM application WHERE id = $1', [applications[0]!.id]);
    expect(row).toEqual({ state: 'WITHDRAWN', criteria: ['ORPHAN', 'A "B"'] });
  });

  it('takes a public draw where the policy asks for one, the same for every run (F-ADM-3)', async () => {
    expect((await start('?publicDraw=07-11').expect(422)).body.errors).toMatchObject([
      { code: 'PUBLIC_DRAW_UNFORESEEN' },
    ]);
    rules = { 'adm.lottery.publicDraw': true };
    expect((await start().expect(422)).body.errors).toMatchObject([{ code: 'PUBLIC_DRAW_MISSING' }]);
    const { body: run } = await start('?publicDraw=07-11').expect(202);
    await admission.settle();
    expect((await start('?publicDraw=08-12').expect(422)).body.errors).toMatchObject([{ code: 'PUBLIC_DRAW_OTHER' }]);
    admission.at(signing);
    await admission.publish(run.id);
    const { body: stage } = await api.as(ministry).get(`/stages/${stageId}`).expect(200);
    const drawn = applications.map(({ id }) => ({ id, lottery: lotteryHash(`${stage.seed}07-11`, stageId, id) }));
    const [best] = drawn.sort((x, y) => (x.lottery < y.lottery ? -1 : 1));
    expect(await winners(run.id)).toEqual([{ id: best!.id }]);
    const loser = applications.find(({ id }) => id === drawn[2]!.id)!;
    expect((await explain(loser))[0]).toMatchObject({ decidedBy: 'LOTTERY', own: { lottery: drawn[2]!.lottery } });
  });
});
