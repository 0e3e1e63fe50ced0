import { describe, expect, it } from '@jest/globals';
import { before, during, locked, ministry, schoolOf } from './builders.js';
import type { OfferingAt } from './builders.js';
import { asItStands, TriedStage } from './trial.builders.js';
import type { Body } from './trial.builders.js';

describe('trial runs', () => {
  const tried = new TriedStage();
  const { admission, api } = tried;
  const start = tried.start.bind(tried);
  const trial = tried.trial.bind(tried);
  const placesOf = tried.placesOf.bind(tried);
  /** Everything that the database holds, but for trials and the answers to requests. */
  const everythingElse = async (): Promise<Record<string, string>> => {
    const tables: { name: string }[] = await api.db.query(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'trial_%'
         AND tablename <> 'idempotency_key' AND has_table_privilege(to_regclass(format('public.%I', tablename)), 'SELECT') ORDER BY 1`,
    );
    const dump: Record<string, string> = {};
    for (const { name } of tables) {
      const [row]: { rows: string }[] = await api.db.query(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS rows FROM "${name}" t`,
      );
      dump[name] = row!.rows;
    }
    return dump;
  };

  it('give the places of the stage as it stands, when nothing is assumed', async () => {
    const run = await trial({ name: 'As it is', reason: 'Order on places' });
    expect(run).toMatchObject({
      ...{ state: 'COMPLETED', name: 'As it is', reason: 'Order on places', stageState: 'LOCKED', verified: true },
      ...{ applicants: 5, added: 0, leftOut: 0, placed: 4, funded: 3 },
      assumptions: { places: [], quotas: [], policy: [], demand: [], pending: 'EXCLUDED' },
    });
    expect(await placesOf(run)).toEqual(asItStands);
  });

  it.each<[string, (at: TriedStage['offerings']) => Body, Record<string, string>, Body]>([
    [
      'a larger quota: d has B, which leaves C to e',
      () => ({ quotas: [{ fieldCode: '07', quota: 3 }] }),
      { ...asItStands, d: 'B VF', e: 'C VF' },
      { placed: 5, funded: 4 },
    ],
    [
      'fewer seats: b moves on to B',
      ({ A }) => ({ places: [{ offeringId: A.id.toUpperCase(), funded: 1 }] }),
      { ...asItStands, b: 'B VF' },
      { placed: 4, funded: 3 },
    ],
    [
      'no seats to pay for',
      ({ A }) => ({ places: [{ offeringId: A.id, nonFunded: 0 }] }),
      { a: 'A VF', b: 'A VF', d: 'C VF' },
      { placed: 3, funded: 3 },
    ],
    [
      'a field without any money',
      () => ({ quotas: [{ fieldCode: '07', quota: 0 }] }),
      { c: 'A VNF', d: 'C VF' },
      { placed: 2, funded: 1 },
    ],
    [
      'nobody who wants art first: e is left out, d wants wood',
      () => ({ demand: [{ fieldCode: '02', percent: 0 }] }),
      asItStands,
      { applicants: 4, leftOut: 1, added: 0, placed: 4 },
    ],
  ])('under %s', async (_, assumptions, places, totals) => {
    const run = await trial(assumptions(tried.offerings));
    expect(run).toMatchObject({ state: 'COMPLETED', verified: true, ...totals });
    expect(await placesOf(run)).toEqual(places);
  });

  it('under doubled demand give to the doubles what their scores are worth', async () => {
    const run = await trial({ demand: [{ fieldCode: '07', percent: 200 }] });
    expect(run).toMatchObject({ verified: true, applicants: 9, added: 4, leftOut: 0, placed: 4, funded: 3 });
    const rows: { offering: string; type: string; id: string }[] = await api.db.query(
      `SELECT offering_id AS offering, funding_type AS type, application_id AS id FROM trial_placement WHERE run_id = $1`,
      [run['id']],
    );
    const at = (offering: OfferingAt, type: string): string[] =>
      rows.filter((row) => row.offering === offering.id && row.type === type).map(({ id }) => id);
    // Both of the best have A, so that the field has no money left; one of two has each of the other places, by lottery.
    expect([
      at(tried.offerings.A, 'VF').length,
      at(tried.offerings.A, 'VNF').length,
      at(tried.offerings.C, 'VF').length,
    ]).toEqual([2, 1, 1]);
    expect(at(tried.offerings.A, 'VF')).toContain(tried.applications['a']!.id);
    expect(at(tried.offerings.C, 'VF')).not.toContain(tried.applications['e']!.id);
  });

  it('under another weight of examinations compute the scores anew (R-ADM-23)', async () => {
    await api.db.query(`UPDATE application SET exam_results = $2 WHERE stage_id = $1`, [tried.stageId, '[1]']);
    await api.db.query(`UPDATE application SET exam_results = $2 WHERE id = $1`, [
      tried.applications['c']!.id,
      '[100]',
    ]);
    const run = await trial({ policy: [{ code: 'adm.score.secondaryWeight', value: 90 }] });
    expect(run).toMatchObject({ verified: true });
    expect(await placesOf(run)).toEqual({ c: 'A VF', a: 'A VF', d: 'C VF' });
  });

  it.each([
    ['MINISTRY_FAQ', { b: 'B VF', c: 'A VNF', d: 'C VF' }],
    ['ART37_2020', { a: 'A VF', b: 'B VF', c: 'A VNF', d: 'C VF' }],
  ])('under the rule set %s judge the right to a state-funded place anew (R-ADM-09)', async (value, places) => {
    const [a, { A }] = [tried.applications['a']!, tried.offerings];
    await api.db.query(`UPDATE known_programme SET kind = 'CONTINUING' WHERE programme_id = $1`, [A.programmeId]);
    const held = [
      { kind: 'VET', gainedWith: 'BASIC' },
      { kind: 'VET', gainedWith: 'SECONDARY', directlyAfterPrevious: true },
    ];
    await api.db.query('UPDATE application SET funding_facts = $2 WHERE id = $1', [a.id, { held }]);
    const ineligible = { rule: 'F-ADM-2', code: 'TWO_OR_MORE_HELD', facts: {} };
    await api.db.query('DELETE FROM preference WHERE application_id = $1', [a.id]);
    await api.db.query(`INSERT INTO preference VALUES ($1, 1, $2, $3, 'VF', $4)`, [
      ...[a.id, A.id, A.institutionId, ineligible],
    ]);
    const run = await trial({ policy: [{ code: 'adm.vf.ruleset', value }] });
    expect(run).toMatchObject({ verified: true });
    expect(await placesOf(run)).toEqual(places);
  });

  it('under a tier put holders of a qualification last (R-ADM-24)', async () => {
    await api.db.query(`UPDATE known_programme SET kind = 'HIGHER' WHERE programme_id = $1`, [
      tried.offerings.A.programmeId,
    ]);
    const held = { held: [{ kind: 'VET' }] };
    await api.db.query('UPDATE application SET funding_facts = $2 WHERE id = $1', [tried.applications['a']!.id, held]);
    const run = await trial({ policy: [{ code: 'adm.tier', value: 'FIRST_QUALIFICATION_FIRST' }] });
    expect(run).toMatchObject({ verified: true });
    expect(await placesOf(run)).toEqual({ b: 'A VF', c: 'A VF', d: 'C VF' });
  });

  it('under other priority criteria count those alone (R-ADM-25)', async () => {
    await api.db.query(`UPDATE application SET score = 90000, grades = $2 WHERE id = $1`, [
      ...[tried.applications['c']!.id, JSON.stringify([{ scale: 'TEN', value: 9 }])],
    ]);
    await api.db.query(`UPDATE application SET criteria = '{ORPHAN}' WHERE id = $1`, [tried.applications['c']!.id]);
    await api.db.query(`UPDATE application SET criteria = '{REGION}' WHERE id = $1`, [tried.applications['b']!.id]);
    const criteria = (...codes: string[]): Body => ({
      policy: [{ code: 'adm.criteria', value: codes.map((code) => ({ code })) }],
    });
    expect(await placesOf(await trial(criteria('ORPHAN')))).toEqual({ a: 'A VF', c: 'A VF', d: 'C VF' });
    expect(await placesOf(await trial(criteria('REGION', 'ORPHAN')))).toEqual(asItStands);
    expect(await trial()).toMatchObject({ state: 'FAILED', error: 'ALLOCATION_INPUT_INVALID', faultCount: 2 });
  });

  it('take an open stage as it stands, by the default order (R-ADM-16), and may assume its findings', async () => {
    admission.at(before);
    tried.stageId = await admission.aStage();
    const X = await admission.anOffering({ stageId: tried.stageId, fundedSeats: 1, nonFundedSeats: 1 });
    expect((await start().expect(409)).body.type).toContain('stage-state');
    admission.at(during);
    const learnerId = await admission.aLearner();
    const unordered = {
      ...{
        learnerId,
        stageId: tried.stageId,
        education: 'SECONDARY',
        grades: [{ scale: 'TEN', value: 9 }],
        ordered: false,
      },
      preferences: ['VNF', 'VF'].map((fundingType) => ({ offeringId: X.id, fundingType })),
    };
    const { body: f } = await api.as(ministry).post('/applications', unordered).expect(201);
    const g = await admission.anApplication(tried.stageId, 8, [X, 'VF'], [X, 'VNF']);
    [tried.applications, tried.offerings] = [
      { f: { id: f.id, learnerId }, g },
      { ...tried.offerings, A: X },
    ];
    expect((await start().expect(422)).body.errors).toMatchObject([{ pointer: '/quotas', code: 'POOL_MISSING' }]);
    const quotas = [{ fieldCode: '07', quota: 1 }];
    const asNow = await trial({ quotas });
    expect(asNow).toMatchObject({ state: 'COMPLETED', stageState: 'OPEN', applicants: 2, placed: 0 });
    const judged = await trial({ quotas, pending: 'SUITABLE' });
    expect(judged).toMatchObject({ verified: true, applicants: 2, placed: 2, funded: 1 });
    expect(await placesOf(judged)).toEqual({ f: 'A VF', g: 'A VNF' });
  });

  it('change nothing of the stage and announce nothing', async () => {
    await api.as(ministry).get(`/stages/${tried.stageId}`).expect(200);
    const asItWas = await everythingElse();
    expect(Object.keys(asItWas)).toEqual(
      expect.arrayContaining(['stage', 'outbox', 'invitation', 'stage_seed', 'stage_salt']),
    );
    const one = await trial({ quotas: [{ fieldCode: '07', quota: 3 }], demand: [{ percent: 150 }] });
    const other = await trial();
    await api
      .as(ministry)
      .get(`/runs/${String(one['id'])}/comparison?with=${String(other['id'])}`)
      .expect(200);
    await api
      .as(ministry)
      .delete(`/trial-runs/${String(one['id'])}`)
      .expect(204);
    await admission.settleTrials();
    expect(await everythingElse()).toEqual(asItWas);
    expect((await api.as(ministry).get(`/stages/${tried.stageId}`)).body).toMatchObject({ state: 'LOCKED' });
  });

  it('are refused with every fault of the body in one answer', async () => {
    const elsewhere = await admission.aStage();
    admission.at(before);
    const other = await admission.anOffering({ stageId: await admission.aStage() });
    admission.at(locked);
    const { body } = await start({
      places: [
        { offeringId: other.id, funded: 1 },
        { offeringId: elsewhere, funded: -1 },
      ],
      quotas: [{ fieldCode: '99', quota: 1 }],
      policy: [
        { code: 'adm.limit', value: 3 },
        { code: 'adm.tier', value: 'LAST' },
      ],
      demand: [{ fieldCode: '07', percent: 1_001 }],
    }).expect(422);
    expect(body.type).toContain('invalid-assumptions');
    expect(body.errors.map((each: Record<string, string>) => `${each['pointer']!} ${each['code']!}`)).toEqual([
      ...['/places/0/offeringId OFFERING_OF_OTHER_STAGE', '/places/1/offeringId OFFERING_UNKNOWN'],
      ...['/places/1/funded OUT_OF_RANGE', '/quotas/0/fieldCode FIELD_UNKNOWN', '/policy/0/code NOT_TRIABLE'],
      ...['/policy/1/value VALUE', '/demand/0/percent OUT_OF_RANGE'],
    ]);
    expect((await api.as(ministry).get(`/stages/${tried.stageId}/trial-runs`)).body.items).toEqual([]);
  });

  it('are started once for a repeated request, and no more than a few wait', async () => {
    const key = { 'idempotency-key': 'the-same-trial-1' };
    const send = () => api.as(ministry).post(`/stages/${tried.stageId}/trial-runs`, { name: 'Once' }, key);
    const { body: first } = await send().expect(202);
    expect((await send().expect(202)).body.id).toBe(first.id);
    for (let i = 1; i < 20; i += 1) await start().expect(202);
    expect((await start().expect(409)).body.type).toContain('trial-runs-waiting');
  });

  it('stand apart from the runs: neither listed, published nor decided with them, and without an artefact', async () => {
    const final = await admission.run(tried.stageId);
    const run = await trial();
    const id = String(run['id']);
    const { body: runs } = await api.as(ministry).get(`/stages/${tried.stageId}/runs`).expect(200);
    expect(runs.items.map((each: Body) => each['id'])).toEqual([final['id']]);
    const { body: trials } = await api.as(ministry).get(`/stages/${tried.stageId}/trial-runs`).expect(200);
    expect(trials.items.map((each: Body) => each['id'])).toEqual([id]);
    await api.as(ministry).get(`/runs/${id}`).expect(404);
    await api
      .as(ministry)
      .get(`/trial-runs/${String(final['id'])}`)
      .expect(404);
    await api.as(ministry).post(`/runs/${id}/publish`).expect(404);
    await api.as(ministry).post(`/runs/${id}/quarantine-decisions`, { group: 1, act: 'V-1' }).expect(404);
    await api.anonymous().get(`/runs/${id}/artefact`).expect(404);
    await api.as(ministry).get(`/runs/${id}/artefact/full`).expect(404);
    await api
      .as(ministry)
      .delete(`/trial-runs/${String(final['id'])}`)
      .expect(404);
  });

  it('are for national clients with a scope of their own, which decides nothing', async () => {
    const path = `/stages/${tried.stageId}/trial-runs`;
    await api.anonymous().post(path, {}).expect(401);
    await api.as(schoolOf(tried.offerings.A.institutionId)).post(path, {}).expect(403);
    await api
      .as({ scopes: ['admission.runs:decide', 'admission.runs:read'], national: true })
      .post(path, {})
      .expect(403);
    const analyst = { scopes: ['admission.trial-runs:write', 'admission.runs:read'], national: true };
    const { body: run } = await api.as(analyst).post(path, {}).expect(202);
    await api
      .as(analyst)
      .get(`/trial-runs/${String(run.id)}`)
      .expect(200);
    await api.as(analyst).post(`/stages/${tried.stageId}/runs`).expect(403);
    await api
      .as(schoolOf(tried.offerings.A.institutionId))
      .delete(`/trial-runs/${String(run.id)}`)
      .expect(403);
    await api
      .as(analyst)
      .delete(`/trial-runs/${String(run.id)}`)
      .expect(204);
  });
});
