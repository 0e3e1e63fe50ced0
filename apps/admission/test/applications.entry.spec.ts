import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, ministry, schoolOf, scopes, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

const grades = [{ scale: 'TEN', value: 8 }];

describe('what an applicant may choose', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offerings: Record<string, OfferingAt>;

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage({
      groupWindows: [
        { group: 'MODULE', step: 'APPLY', opensAt: '2026-06-01T05:00:00Z', closesAt: '2026-06-20T05:00:00Z' },
      ],
    });
    const level = (eqfLevel: number) => admission.aProgramme({ eqfLevel });
    offerings = {
      second: await admission.anOffering({ stageId, programmeId: await level(2) }),
      fourth: await admission.anOffering({ stageId, programmeId: await level(4) }),
      together: await admission.anOffering({
        ...{ stageId, programmeId: await level(4), awards: 'SECONDARY_AND_QUALIFICATION' },
      }),
      withBasic: await admission.anOffering({
        ...{ stageId, programmeId: await level(2), awards: 'BASIC_AND_QUALIFICATION' },
      }),
      module: await admission.anOffering({ stageId, moduleCode: 'M4071310', moduleCredits: 10 }),
    };
    admission.at(during);
  });

  const choices = (...names: string[]) => names.map((name) => ({ offeringId: offerings[name]!.id, fundingType: 'VF' }));
  async function standings(facts: object, ...names: string[]): Promise<string[]> {
    const learnerId = await admission.aLearner(undefined, 2008);
    const body = { learnerId, stageId, grades, preferences: choices(...names), ...facts };
    const { body: application } = await api.as(ministry).post('/applications', body).expect(201);
    return application.preferences.map(({ ineligible }: { ineligible?: { rule: string; code: string } }) =>
      ineligible ? `${ineligible.rule} ${ineligible.code}` : 'ELIGIBLE',
    );
  }

  it.each([
    [
      'without basic education',
      { education: 'NONE' },
      ['ELIGIBLE', 'R-ADM-03 EDUCATION_MISSING', 'R-ADM-03 EDUCATION_MISSING'],
    ],
    ['with basic education', { education: 'BASIC' }, ['ELIGIBLE', 'R-ADM-03 EDUCATION_MISSING', 'ELIGIBLE']],
    ['with secondary education', { education: 'SECONDARY' }, ['ELIGIBLE', 'ELIGIBLE', 'ELIGIBLE']],
    [
      'with the secondary curriculum studied',
      { education: 'SECONDARY', studiedSecondary: true },
      ['ELIGIBLE', 'ELIGIBLE', 'R-ADM-05 SECONDARY_STUDIED'],
    ],
  ])('%s (R-ADM-03, R-ADM-05)', async (_, facts, expected) => {
    expect(await standings(facts, 'second', 'fourth', 'together')).toEqual(expected);
  });

  it('under 16 only what is taught with basic education (R-ADM-02)', async () => {
    const learnerId = await admission.aLearner(undefined, 2011);
    expect(await standings({ learnerId, education: 'NONE' }, 'second', 'withBasic')).toEqual([
      ...['R-ADM-02 ONLY_WITH_BASIC_EDUCATION', 'ELIGIBLE'],
    ]);
  });

  it('pupils choose single modules, and they alone (R-ADM-04); funded places of modules are a pool of their own (R-ADM-27)', async () => {
    expect(await standings({ education: 'NONE', pupilGrade: 10 }, 'module', 'second')).toEqual([
      ...['ELIGIBLE', 'R-ADM-04 ONLY_MODULES'],
    ]);
    expect(await standings({ education: 'NONE', pupilGrade: 8 }, 'module')).toEqual(['R-ADM-04 GRADE_NOT_ADMITTED']);
    expect(await standings({ education: 'SECONDARY' }, 'module')).toEqual(['R-ADM-04 NOT_A_PUPIL']);
    const { body } = await api.as(ministry).get(`/offerings/${offerings['module']!.id}`).expect(200);
    expect(body).toMatchObject({ poolCode: 'M07', awards: 'COMPETENCE', moduleCredits: 10 });
  });

  it('every group has its window', async () => {
    admission.at('2026-06-20T05:00:00.000Z');
    const learnerId = await admission.aLearner();
    const body = { learnerId, stageId, grades, education: 'NONE', preferences: choices('module'), pupilGrade: 10 };
    const { body: problem } = await api.as(ministry).post('/applications', body).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:admission:window-closed');
    expect(await standings({ education: 'BASIC' }, 'second')).toEqual(['ELIGIBLE']);
    admission.at(during);
  });

  it('takes grades from where they stand (R-ADM-21), and what institutions should heed', async () => {
    const learnerId = await admission.aLearner();
    const send = (facts: object) =>
      api.as(ministry).post('/applications', {
        ...{ learnerId, stageId, grades, education: 'SECONDARY', preferences: choices('fourth'), ...facts },
      });
    const { body: problem } = await send({ document: { source: 'UPLOAD', leftIn: 2026 } }).expect(422);
    expect(problem.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
      ...['/document/source WRONG_SOURCE', '/document/documentHash HASH_MISSING'],
    ]);
    const needs = { dormitory: true, specialEducation: true };
    const { body } = await send({ document: { source: 'LEARNER_REGISTER', leftIn: 2026 }, needs }).expect(201);
    expect(body).toMatchObject({ needs, applicantGroup: 'WITH_SECONDARY', education: 'SECONDARY' });
    const school = api.as(schoolOf(offerings['fourth']!.institutionId));
    expect((await school.get(`/applications/${body.id}`).expect(200)).body.needs).toEqual(needs);
    expect(JSON.stringify(await api.events())).not.toContain('dormitory');
  });

  it('keeps a draft to its writer until it is submitted', async () => {
    const learnerId = await admission.aLearner(offerings['second']!.institutionId);
    const path = `/stages/${stageId}/drafts/${learnerId}`;
    const own = api.as(schoolOf(offerings['second']!.institutionId));
    const other = api.as(schoolOf(offerings['fourth']!.institutionId));
    await own.put(path, { education: 'BASIC', colour: 'red' }).expect(422);
    await own.put(path, { education: 'BASIC' }).expect(200);
    const { body } = await own.put(path, { education: 'SECONDARY', grades }, { 'if-match': '"1"' }).expect(200);
    expect(body).toMatchObject({ version: 2, content: { education: 'SECONDARY', grades } });
    await own.put(path, { education: 'NONE' }, { 'if-match': '"1"' }).expect(412);
    await other.get(path).expect(404);
    await other.put(path, { education: 'NONE' }).expect(404);
    const application = { ...body.content, learnerId, stageId, preferences: choices('fourth') };
    await own.post('/applications', application).expect(201);
    await own.get(path).expect(404);
  });

  it('tells a person what is open, and where a state-funded place is', async () => {
    const learnerId = await admission.aLearner(undefined, 2008);
    const person = api.as({ scopes, institutions: [], learnerId });
    await person.get(`/me/options?stageId=${stageId}`).expect(409);
    await person
      .put(`/stages/${stageId}/drafts/${learnerId}`, { education: 'BASIC', heldQualifications: [{ kind: 'VET' }] })
      .expect(200);
    const { body } = await person.get(`/me/options?stageId=${stageId}&limit=100`).expect(200);
    const of = (name: string) =>
      body.items.find(({ offeringId }: { offeringId: string }) => offeringId === offerings[name]!.id);
    expect(of('fourth')).toMatchObject({ mayEnter: false, mayNotEnter: { rule: 'R-ADM-03' }, funded: false });
    expect(of('second')).toMatchObject({ mayEnter: true, funded: false, notFunded: { rule: 'F-ADM-2' } });
    await api.as(ministry).get(`/me/options?stageId=${stageId}`).expect(403);
  });

  it('lets a person change the list and not the grades, and shows nobody else’s', async () => {
    const learnerId = await admission.aLearner();
    const body = { learnerId, stageId, grades, education: 'SECONDARY', preferences: choices('fourth') };
    const person = api.as({ scopes, institutions: [], learnerId });
    await person.post('/applications', body).expect(404);
    const { body: created } = await api.as(ministry).post('/applications', body).expect(201);
    const path = `/applications/${created.id}`;
    expect((await person.get('/me/applications').expect(200)).body.items).toMatchObject([{ id: created.id }]);
    await person.put(`${path}/preferences`, { preferences: choices('second') }, { 'if-match': '"1"' }).expect(200);
    await person.put(`${path}/grades`, { grades, reason: 'MINE' }, { 'if-match': '"2"' }).expect(404);
    const stranger = api.as({ scopes, institutions: [], learnerId: randomUUID() });
    await stranger.get(path).expect(404);
    await stranger.put(`${path}/preferences`, { preferences: choices('fourth') }, { 'if-match': '"2"' }).expect(404);
    expect((await stranger.get('/me/applications').expect(200)).body.items).toEqual([]);
  });
});

describe('a corrected grade', () => {
  const admission = startAdmission();
  const { api } = admission;

  it('makes another score, and what was believed before stays on record (R-ADM-22)', async () => {
    admission.at(before);
    const stageId = await admission.aStage();
    const offering = await admission.anOffering({ stageId });
    admission.at(during);
    const { id } = await admission.anApplication(stageId, 8, [offering, 'VF']);
    const correct = (version: number, values: number[]) =>
      api
        .as(ministry)
        .put(
          `/applications/${id}/grades`,
          { grades: values.map((value) => ({ scale: 'TEN', value })), reason: 'REGISTER_CORRECTED' },
          { 'if-match': `"${version}"` },
        );
    expect((await correct(1, [9, 10]).expect(200)).body).toMatchObject({ version: 2, score: 9.5 });
    await correct(1, [10, 10]).expect(412);
    const { body } = await api.as(ministry).get(`/applications/${id}/score`).expect(200);
    expect(body).toMatchObject({
      ...{ version: 2, score: 9.5, formula: 'F-ADM-1/1', secondaryWeight: 0, reason: 'REGISTER_CORRECTED' },
      earlier: [{ version: 1, score: 8, grades }],
    });
    const events = (await api.events('admission.application')).filter(({ key }) => key === id);
    expect(events.map(({ version }) => version)).toEqual([1, 2]);
    admission.at('2026-08-05T21:00:00Z');
    await correct(2, [10, 10]).expect(409);
  });
});

describe('the order of a list', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offerings: OfferingAt[] = [];

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage({ orderUntil: '2026-08-07T21:00:00Z' });
    for (let i = 0; i < 3; i += 1) offerings.push(await admission.anOffering({ stageId, nonFundedSeats: 2 }));
    admission.at(during);
  });

  const choice = (i: number, fundingType: string) => ({ offeringId: offerings[i]!.id, fundingType });
  async function apply(facts: object): Promise<string> {
    const learnerId = await admission.aLearner();
    const body = { learnerId, stageId, grades, education: 'SECONDARY', ...facts };
    return (await api.as(ministry).post('/applications', body).expect(201)).body.id as string;
  }
  const listOf = async (id: string) =>
    (await api.as(ministry).get(`/applications/${id}`).expect(200)).body.preferences.map(
      ({ offeringId, fundingType, rank }: Record<string, unknown>) =>
        `${String(rank)} ${String(offerings.findIndex((one) => one.id === offeringId))} ${String(fundingType)}`,
    );

  it('changes while ordering lasts, though nothing new is taken (R-ADM-17), and counts as saved last', async () => {
    admission.at(during);
    const id = await apply({ preferences: [choice(0, 'VF'), choice(1, 'VNF')] });
    admission.at('2026-08-05T21:00:00Z');
    const save = (version: number, ...preferences: object[]) =>
      api.as(ministry).put(`/applications/${id}/preferences`, { preferences }, { 'if-match': `"${version}"` });
    await save(1, choice(2, 'VF'), choice(0, 'VF')).expect(409);
    await save(1, choice(1, 'VNF'), choice(0, 'VF')).expect(200);
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('ORDERING');
    admission.at('2026-08-07T21:00:00Z');
    await save(2, choice(0, 'VF'), choice(1, 'VNF')).expect(409);
    expect(await listOf(id)).toEqual(['1 1 VNF', '2 0 VF']);
  });

  it('is all VF above all VNF for who did not order (R-ADM-16), once the lists are fixed', async () => {
    admission.at(before);
    const stage = stageId;
    stageId = await admission.aStage();
    offerings = [];
    for (let i = 0; i < 3; i += 1) offerings.push(await admission.anOffering({ stageId, nonFundedSeats: 2 }));
    admission.at(during);
    const preferences = [choice(2, 'VNF'), choice(1, 'VF'), choice(0, 'VF')];
    const unordered = await apply({ ordered: false, preferences });
    const ordered = await apply({ preferences });
    expect(await listOf(unordered)).toEqual(['1 2 VNF', '2 1 VF', '3 0 VF']);
    admission.at('2026-08-05T21:00:00Z');
    await admission.settle();
    expect(await listOf(unordered)).toEqual(['1 1 VF', '2 0 VF', '3 2 VNF']);
    expect(await listOf(ordered)).toEqual(['1 2 VNF', '2 1 VF', '3 0 VF']);
    expect(stage).not.toBe(stageId);
  });
});
