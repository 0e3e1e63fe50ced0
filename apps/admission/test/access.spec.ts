import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { before, during, locked, ministry, schoolOf, scopes, signing, startAdmission, signature } from './builders.js';

/** Who may do what to whose object: `own` is the institution concerned, `foreign` another, `home` the learner's. */
describe('access', () => {
  const admission = startAdmission();
  const { api } = admission;
  const ids: Record<string, string> = {};
  let callers: Record<'own' | 'foreign' | 'home' | 'ministry', Caller>;

  beforeAll(async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const offering = await admission.anOffering({ stageId });
    const home = await admission.anInstitution();
    await admission.setPools(stageId, { '07': 5 });
    admission.at(during);
    const learnerId = await admission.aLearner(home);
    const body = {
      learnerId,
      stageId,
      education: 'SECONDARY',
      grades: [{ scale: 'TEN', value: 8 }],
      preferences: [{ offeringId: offering.id, fundingType: 'VF' }],
    };
    const { body: application } = await api.as(schoolOf(home)).post('/applications', body).expect(201);
    const suitable = { state: 'SUITABLE' };
    await api
      .as(schoolOf(offering.institutionId))
      .put(`/suitability/${application.id}/${offering.id}`, suitable)
      .expect(200);
    admission.at(locked);
    const run = await admission.run(stageId);
    await admission.publish(run['id']);
    admission.at(signing);
    const [invitation] = await admission.invitationsOf(stageId);
    const { body: agreement } = await api
      .as(schoolOf(offering.institutionId))
      .post(`/invitations/${String(invitation!['id'])}/agreement`, signature)
      .expect(201);
    Object.assign(ids, {
      stage: stageId,
      offering: offering.id,
      institution: offering.institutionId,
      learner: learnerId,
    });
    Object.assign(ids, {
      application: application.id,
      invitation: invitation!['id'],
      agreement: agreement.id,
      run: run['id'],
    });
    const { body: trial } = await api.as(ministry).post(`/stages/${stageId}/trial-runs`, {}).expect(202);
    await admission.settleTrials();
    ids['trial'] = trial.id;
    callers = {
      ...{ own: schoolOf(offering.institutionId), home: schoolOf(home), ministry },
      foreign: schoolOf(await admission.anInstitution()),
    };
  });

  const fill = (path: string) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');

  it.each<[string, number, number, number, number]>([
    // path, own, foreign, home of the learner, ministry
    ['/campaigns', 200, 200, 200, 200],
    ['/stages/{stage}', 200, 200, 200, 200],
    ['/stages/{stage}/pools', 200, 200, 200, 200],
    ['/stages/{stage}/summary', 403, 403, 403, 200],
    ['/policy-parameters', 200, 200, 200, 200],
    ['/offerings/{offering}', 200, 200, 200, 200], // a public catalogue
    ['/applications/{application}', 200, 404, 200, 200],
    ['/applications/{application}/explanation', 404, 404, 200, 200],
    ['/applications?institutionId={institution}', 200, 404, 404, 200],
    ['/suitability?institutionId={institution}', 200, 404, 404, 200],
    ['/invitations?institutionId={institution}', 200, 404, 404, 200],
    ['/invitations/{invitation}', 200, 404, 200, 200],
    ['/agreements?institutionId={institution}', 200, 404, 404, 200],
    ['/agreements/{agreement}', 200, 404, 404, 200],
    ['/runs/{run}', 403, 403, 403, 200],
    ['/stages/{stage}/runs', 403, 403, 403, 200],
    ['/stages/{stage}/trial-runs', 403, 403, 403, 200],
    ['/trial-runs/{trial}', 403, 403, 403, 200],
    ['/runs/{run}/comparison?with={trial}', 403, 403, 403, 200],
    ['/runs/{run}/comparison/offerings?with={trial}', 403, 403, 403, 200],
  ])('GET %s: own %d, foreign %d, home %d, ministry %d', async (path, ...expected) => {
    const names = ['own', 'foreign', 'home', 'ministry'] as const;
    const answers = [];
    for (const name of names) answers.push((await api.as(callers[name]).get(fill(path))).status);
    expect(answers).toEqual(expected);
    await api.anonymous().get(fill(path)).expect(401);
    await api
      .as({ scopes: scopes.filter((scope) => !scope.endsWith(':read')), national: true })
      .get(fill(path))
      .expect(403);
  });

  it.each<[string, 'post' | 'put', string, object]>([
    [
      'offerings',
      'post',
      '/offerings',
      {
        stageId: '{stage}',
        institutionId: '{institution}',
        programmeId: '{offering}',
        fundedSeats: 1,
        nonFundedSeats: 0,
      },
    ],
    ['seats', 'put', '/offerings/{offering}/seat-plan', { fundedSeats: 1, nonFundedSeats: 0 }],
    [
      'preferences',
      'put',
      '/applications/{application}/preferences',
      { preferences: [{ offeringId: '{offering}', fundingType: 'VF' }] },
    ],
    ['withdrawals', 'post', '/applications/{application}/withdraw', {}],
    ['suitability', 'put', '/suitability/{application}/{offering}', { state: 'SUITABLE' }],
    [
      'decisions',
      'post',
      '/suitability-decisions',
      {
        institutionId: '{institution}',
        decisions: [{ applicationId: '{application}', offeringId: '{offering}', state: 'SUITABLE' }],
      },
    ],
    ['signatures', 'post', '/invitations/{invitation}/agreement', signature],
    ['declines', 'post', '/invitations/{invitation}/decline', {}],
    [
      'terminations',
      'post',
      '/agreements/{agreement}/terminate',
      { terminatedOn: '2026-08-12', reason: 'LEARNER_REQUEST' },
    ],
  ])('%s of a foreign institution are missing, and closed without the scope', async (_, method, path, body) => {
    const filled = JSON.parse(fill(JSON.stringify(body))) as object;
    const ifMatch = { 'if-match': '"1"' };
    await api.as(callers.foreign)[method](fill(path), filled, ifMatch).expect(404);
    const readOnly = scopes.filter((scope) => scope.endsWith(':read'));
    await api
      .as({ ...ministry, scopes: readOnly })
      [method](fill(path), filled, ifMatch)
      .expect(403);
    await api.anonymous()[method](fill(path), filled, ifMatch).expect(401);
  });

  it.each<['post' | 'put', string, object]>([
    ['post', '/campaigns', { year: 2099, planAct: 'V-1' }],
    ['post', '/campaigns/{stage}/stages', {}],
    ['put', '/stages/{stage}/windows', {}],
    ['put', '/stages/{stage}/pools', { pools: [{ fieldCode: '07', planned: 1 }], act: 'V-1' }],
    ['put', '/stages/{stage}/pools/07', { planned: 1, act: 'V-1' }],
    ['post', '/stages/{stage}/runs', {}],
    ['post', '/runs/{run}/publish', {}],
    ['post', '/stages/{stage}/trial-runs', {}],
  ])('%s %s is for clients that act nationally', async (method, path, body) => {
    await api.as(callers.own)[method](fill(path), body).expect(403);
  });

  it('lists to each caller what it may see', async () => {
    const count = async (name: keyof typeof callers, path: string) =>
      (await api.as(callers[name]).get(path).expect(200)).body.items.length;
    for (const path of ['/applications', '/invitations']) {
      expect([await count('own', path), await count('foreign', path), await count('home', path)]).toEqual([1, 0, 1]);
    }
    for (const path of ['/suitability', '/agreements', '/agreements/changes'])
      expect([await count('own', path), await count('foreign', path)]).toEqual([1, 0]);
  });

  it('shows an institution its own part of an application, and no funding facts', async () => {
    const { body: seen } = await api.as(callers.own).get(fill('/applications/{application}')).expect(200);
    expect(seen.heldQualifications).toBeUndefined();
    const { body: all } = await api.as(callers.home).get(fill('/applications/{application}')).expect(200);
    expect(all.heldQualifications).toEqual([]);
  });

  it('takes applications of own learners alone', async () => {
    admission.at(during);
    const preferences = [{ offeringId: ids['offering'], fundingType: 'VF' }];
    const body = {
      learnerId: ids['learner'],
      stageId: ids['stage'],
      education: 'SECONDARY',
      grades: [{ scale: 'TEN', value: 8 }],
      preferences,
    };
    await api.as(callers.own).post('/applications', body).expect(409); // the window of this stage is over for everyone
    const stageId = await admission.aStage();
    await api
      .as(callers.own)
      .post('/applications', { ...body, stageId })
      .expect(404);
    admission.at(signing);
  });
});
