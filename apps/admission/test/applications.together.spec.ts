import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { before, during, ministry, schoolOf, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

describe('applications that arrive together', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let offerings: OfferingAt[] = [];

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    for (let i = 0; i < 4; i += 1) offerings = [...offerings, await admission.anOffering({ stageId })];
    admission.at(during);
  });

  const choices = (...numbers: number[]) => numbers.map((i) => ({ offeringId: offerings[i]!.id, fundingType: 'VF' }));
  const body = (learnerId: string, facts: object = {}) => ({
    ...{ learnerId, stageId, education: 'SECONDARY', grades: [{ scale: 'TEN', value: 8 }] },
    ...{ preferences: choices(0, 1), ...facts },
  });
  const traceOf = (n: number) => `00-${String(n).padStart(32, '0')}-${'b'.repeat(16)}-01`;

  /** Sends all of these while the stage is held by somebody else, so that they wait for it together. */
  async function together<T>(requests: (() => PromiseLike<T>)[]): Promise<T[]> {
    const holding = api.db.createQueryRunner();
    await holding.startTransaction();
    await holding.query('SELECT 1 FROM stage WHERE id = $1 FOR UPDATE', [stageId]);
    const answers = Promise.all(requests.map((request) => request()));
    await api.blocked();
    await holding.commitTransaction();
    await holding.release();
    return answers;
  }

  it('are each taken or refused by themselves, with their own events, scores and traces', async () => {
    const learners = await Promise.all(Array.from({ length: 12 }, () => admission.aLearner()));
    const young = await admission.aLearner(undefined, 2020);
    const [overLimit, unknown, twice, repeated] = [2, 4, 6, 8] as const;
    const facts: Record<number, object> = {
      [overLimit]: { preferences: choices(0, 1, 2, 3) },
      [unknown]: { preferences: [{ offeringId: randomUUID(), fundingType: 'VF' }] },
    };
    const send = (learnerId: string, i: number, key: string = randomUUID()) =>
      api
        .as(ministry)
        .post('/applications', body(learnerId, facts[i]), { 'idempotency-key': key, traceparent: traceOf(i) });
    const answers = await together([
      ...learners.map((id, i) => () => send(id, i, i === repeated ? 'the-same-key-2' : undefined)),
      () => send(young, 20),
      () => send(learners[twice]!, 21),
      () => send(learners[repeated]!, repeated, 'the-same-key-2'),
    ]);

    const statuses = answers.map(({ status }) => status);
    const expected = learners.map((_, i) => (i === overLimit || i === unknown ? 422 : 201));
    expect(statuses.slice(0, 12).map((status, i) => (i === twice ? 201 : status))).toEqual(expected);
    expect([statuses[12], statuses[14]]).toEqual([422, 201]);
    expect([statuses[twice], statuses[13]].sort()).toEqual([201, 409]);
    expect(answers[14]!.body).toEqual(answers[repeated]!.body);
    const types = [overLimit, unknown, 12].map((i) => answers[i]!.body.type as string);
    expect(types.map((type) => type.split(':').at(-1))).toEqual([
      ...['limit-exceeded', 'invalid-preferences', 'too-young'],
    ]);

    const taken = answers.filter(({ status }) => status === 201).map(({ body: created }) => created.id as string);
    expect(new Set(taken).size).toBe(10);
    const rows = await api.db.query(
      `SELECT a.id, a.learner_id AS "learnerId", o.traceparent,
         (SELECT count(*)::int FROM preference p WHERE p.application_id = a.id) AS listed,
         (SELECT count(*)::int FROM suitability s WHERE s.application_id = a.id AND s.state = 'PENDING') AS opened,
         (SELECT count(*)::int FROM application_score c WHERE c.application_id = a.id) AS scored
       FROM application a JOIN outbox o ON o.key = a.id::text AND o.version = 1 WHERE a.stage_id = $1`,
      [stageId],
    );
    expect(rows.map(({ id }: { id: string }) => id).sort()).toEqual([...new Set(taken)].sort());
    for (const row of rows) {
      expect(row).toMatchObject({ listed: 2, opened: 2, scored: 1 });
      const sent = learners.indexOf(row.learnerId);
      if (sent !== twice) expect(row.traceparent).toBe(traceOf(sent));
    }
  });

  it('are saved or refused by themselves, one list of an application, with the findings of each', async () => {
    const made = await Promise.all(
      Array.from({ length: 10 }, () =>
        admission.anApplication(stageId, 8, [offerings[0]!, 'VF'], [offerings[3]!, 'VF']),
      ),
    );
    const judged = { applicationId: made[1]!.id, offeringId: offerings[3]!.id, state: 'SUITABLE' };
    const { institutionId } = offerings[3]!;
    await api
      .as(schoolOf(institutionId))
      .post('/suitability-decisions', { institutionId, decisions: [judged] })
      .expect(200);
    const save = (i: number, version: number, by = ministry, numbers = [3, 1]) =>
      api
        .as(by)
        .put(
          `/applications/${made[i]!.id}/preferences`,
          { preferences: choices(...numbers) },
          { 'if-match': `"${version}"` },
        );
    const answers = await together([
      ...made.map((_, i) => () => save(i, i === 3 ? 7 : 1, i === 5 ? schoolOf(randomUUID()) : ministry)),
      () => save(7, 1, ministry, [2]),
    ]);

    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((_, i) => i !== 7 && i !== 10)).toEqual([200, 200, 200, 412, 200, 404, 200, 200, 200]);
    expect([statuses[7], statuses[10]].sort()).toEqual([200, 412]);
    const [, second] = answers;
    expect(second!.body.preferences).toMatchObject([{ suitability: 'SUITABLE' }, { suitability: 'PENDING' }]);
    for (const [i, { id }] of made.entries()) {
      const { body: read } = await api.as(ministry).get(`/applications/${id}`).expect(200);
      const answer = i === 7 ? [answers[7], answers[10]].find((each) => each!.status === 200) : answers[i];
      const versions = (await api.events('admission.application')).filter(({ key }) => key === id);
      if (answer!.status === 200) expect(read).toEqual(answer!.body);
      else expect(read).toMatchObject({ version: 1, preferences: [{ rank: 1 }, { rank: 2 }] });
      expect(versions.map(({ version }) => version)).toEqual(answer!.status === 200 ? [1, 2] : [1]);
    }
  });
});
