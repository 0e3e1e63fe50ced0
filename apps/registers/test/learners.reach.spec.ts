import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import type { EnrolmentState } from '@meistras/contracts/events/learning-records/enrolment';
import { aLearner, anEnrolment, anInstitution, everyRow, registrar, school, startRegisters } from './builders.js';

describe('the reach of a school (R-REG-18)', () => {
  const api = startRegisters();
  let [own, other] = ['', ''];

  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    );
  });

  async function aLearnerOf(institutionId?: string): Promise<string> {
    const facts = institutionId === undefined ? {} : { institutionId };
    return (await api.as(registrar).post('/learners', aLearner(facts)).expect(201)).body.id;
  }

  /** The statuses that a caller gets for every operation on one learner. */
  async function statusesOf(id: string, caller = school(own)): Promise<number[]> {
    const body = { givenName: 'A', familyName: 'B', birthOn: '2009-05-14', sex: 'F' };
    const read = await api.as(caller).get(`/learners/${id}`);
    const listed = await api.as(caller).get('/learners?limit=500').expect(200);
    const inList = listed.body.items.some((learner: { id: string }) => learner.id === id) ? 200 : 404;
    const write = await api.as(caller).put(`/learners/${id}`, body, { 'if-match': '"999"' });
    return [read.status, inList, write.status];
  }
  const open = [200, 200, 412];
  const closed = [404, 404, 404];

  it('is its own learners; a foreign one answers as an unknown one does', async () => {
    expect(await statusesOf(await aLearnerOf(own))).toEqual(open);
    const foreign = await aLearnerOf(other);
    expect(await statusesOf(foreign)).toEqual(closed);
    const answers = await Promise.all(
      [foreign, randomUUID()].map((id) => api.as(school(own)).get(`/learners/${id}`).expect(404)),
    );
    const [known, unknown] = answers.map(({ body }) => ({ ...body, instance: '', requestId: '' }));
    expect(known).toEqual(unknown);
    expect(await statusesOf(await aLearnerOf())).toEqual(closed);
    expect(await statusesOf(foreign, school())).toEqual(closed);
    expect(await statusesOf(foreign, school('no-uuid'))).toEqual(closed);
    expect(await statusesOf(foreign, registrar)).toEqual(open);
  });

  it.each<[EnrolmentState, number[]]>([
    ['PLANNED', open],
    ['ACTIVE', open],
    ['COMPLETED', open],
    ['CANCELLED', closed],
    ['TERMINATED', closed],
  ])('with an enrolment %s there', async (state, statuses) => {
    const learnerId = await aLearnerOf(other);
    await api.consume(EnrolmentEndedV1, anEnrolment({ learnerId, institutionId: own, state }));
    expect(await statusesOf(learnerId)).toEqual(statuses);
  });

  it('filters by an institution of the caller, and by no other', async () => {
    const learnerId = await aLearnerOf(own);
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId, institutionId: other }));
    const idsFor = async (institutionId: string): Promise<string[]> => {
      const { body } = await api.as(registrar).get(`/learners?limit=500&institutionId=${institutionId}`).expect(200);
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await idsFor(own)).toContain(learnerId);
    expect(await idsFor(other)).toContain(learnerId);
    await api.as(school(own)).get(`/learners?institutionId=${own}`).expect(200);
    await api.as(school(own)).get(`/learners?institutionId=${other}`).expect(404);
  });

  it('shows the changes of the learners that the school registered', async () => {
    const mine = await aLearnerOf(own);
    const { body } = await api.as(school(own)).get('/learners/changes?limit=500').expect(200);
    expect(body.items.map(({ id }: { id: string }) => id)).toContain(mine);
    expect(body.items.every(({ state }: { state: { institutionId: string } }) => state.institutionId === own)).toBe(
      true,
    );
  });

  it('is the same whether events come once, twice or late', async () => {
    const learnerId = await aLearnerOf();
    const first = anEnrolment({ learnerId, institutionId: own, state: 'PLANNED' });
    const started = { ...first, version: 2, state: 'ACTIVE' as const };
    const ended = { ...first, version: 3, state: 'TERMINATED' as const, endedOn: '2027-01-31' };
    const rows = (enrolmentId: string): Promise<unknown[]> =>
      everyRow(api, (tx) =>
        tx.query(
          'SELECT version, learner_id, institution_id, state, valid_from::text, valid_to::text FROM learner_entry WHERE enrolment_id = $1',
          [enrolmentId],
        ),
      );
    await api.consume(EnrolmentPlannedV1, first);
    await api.consume(EnrolmentStartedV1, started);
    await api.consume(EnrolmentEndedV1, ended);
    const inOrder = await rows(first.enrolmentId);
    expect(inOrder).toEqual([
      {
        version: 3,
        learner_id: learnerId,
        institution_id: own,
        state: 'TERMINATED',
        valid_from: '2026-09-01',
        valid_to: '2027-02-01',
      },
    ]);
    for (const [event, state] of [
      [EnrolmentPlannedV1, first],
      [EnrolmentEndedV1, ended],
      [EnrolmentStartedV1, started],
    ] as const)
      await api.consume(event, state);
    expect(await rows(first.enrolmentId)).toEqual(inOrder);

    const late = { enrolmentId: randomUUID() };
    await api.consume(EnrolmentEndedV1, { ...ended, ...late });
    await api.consume(EnrolmentPlannedV1, { ...first, ...late });
    expect(await rows(late.enrolmentId)).toEqual(inOrder);
  });
});
