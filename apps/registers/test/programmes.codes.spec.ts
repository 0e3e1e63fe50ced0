import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  EnrolmentEndedV1,
  EnrolmentPlannedV1,
  EnrolmentStartedV1,
} from '@meistras/contracts/events/learning-records/enrolment';
import { anEnrolment, aProgramme, faultsOf, registrar, startRegisters } from './builders.js';

describe('two live codes of a programme', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  const register = async () => (await client().post('/programmes', aProgramme()).expect(201)).body;
  const put = (path: string, body: object, version: number) => client().put(path, body, { 'if-match': `"${version}"` });
  const validFrom = '2026-01-10';

  it('R-REG-11: the old code is superseded, lives with its learners, and is deregistered after the last of them', async () => {
    const [old, successor] = [await register(), await register()];
    const learners = ['PLANNED', 'ACTIVE'].map((state) =>
      anEnrolment({ programmeId: old.id, programmeCode: old.code, state: state as 'PLANNED' | 'ACTIVE' }),
    );
    await api.consume(EnrolmentPlannedV1, learners[0]!);
    await api.consume(EnrolmentStartedV1, learners[1]!);
    const end = `/programmes/${old.id}/deregistration`;
    const { body: refused } = await put(end, { validFrom }, 1).expect(409);
    expect(refused).toMatchObject({ type: expect.stringMatching(/:programme-has-learners$/) });
    expect(refused.detail).toMatch(/^2 enrolments/);
    const { body: superseded } = await put(
      `/programmes/${old.id}/succession`,
      { successorId: successor.id, validFrom, legalBasis: 'V-9' },
      1,
    ).expect(200);
    expect(superseded).toMatchObject({ state: 'SUPERSEDED', successorId: successor.id, code: old.code, version: 2 });
    const { body: live } = await api.anonymous().get(`/programmes/by-code/SMPKR/${old.code}/modules`).expect(200);
    expect(live).toMatchObject({ programmeId: old.id });
    await put(end, { validFrom }, 2).expect(409);
    const ended = { version: 2, endedOn: '2026-01-09' };
    await api.consume(EnrolmentEndedV1, { ...learners[0]!, ...ended, state: 'CANCELLED' });
    await put(end, { validFrom }, 2).expect(409);
    await api.consume(EnrolmentEndedV1, { ...learners[1]!, ...ended, state: 'COMPLETED' });
    await put(end, { validFrom }, 2).expect(200);
    const events = (await api.events('registers.programme')).filter(({ key }) => key === old.id);
    expect(events.map(({ payload }) => [payload['state'], payload['successorId']])).toEqual([
      ['REGISTERED', undefined],
      ['SUPERSEDED', successor.id],
      ['DEREGISTERED', successor.id],
    ]);
  });

  it('a superseded programme keeps its successor when its facts change, and is superseded once', async () => {
    const [old, successor] = [await register(), await register()];
    const path = `/programmes/${old.id}`;
    await put(`${path}/succession`, { successorId: successor.id, validFrom }, 1).expect(200);
    await put(`${path}/succession`, { successorId: successor.id, validFrom }, 2).expect(409);
    const { kind, fieldCode, eqfLevel, credits } = old;
    const facts = { name: 'Kita', kind, fieldCode, eqfLevel, credits };
    const { body } = await put(path, facts, 2).expect(200);
    expect(body).toMatchObject({ name: 'Kita', state: 'SUPERSEDED', successorId: successor.id });
  });

  it('the successor is another registered programme', async () => {
    const [old, gone] = [await register(), await register()];
    await put(`/programmes/${gone.id}/deregistration`, { validFrom }, 1).expect(200);
    for (const successorId of [old.id, gone.id, randomUUID()]) {
      const { body } = await put(`/programmes/${old.id}/succession`, { successorId, validFrom }, 1).expect(422);
      expect(faultsOf(body)).toEqual(['/successorId UNKNOWN']);
    }
  });

  it('leads to a registered qualification, and is found by it', async () => {
    const { body: refused } = await client()
      .post('/programmes', aProgramme({ qualificationCode: 'Q-1' }))
      .expect(422);
    expect(faultsOf(refused)).toEqual(['/qualificationCode UNKNOWN']);
    await client().post('/qualifications', { code: 'Q-1', name: 'Testuotojas', eqfLevel: 4 }).expect(201);
    const { body } = await client()
      .post('/programmes', aProgramme({ qualificationCode: 'Q-1' }))
      .expect(201);
    const { body: found } = await api.anonymous().get('/programmes?qualificationCode=Q-1&state=REGISTERED').expect(200);
    expect(found.items).toEqual([body]);
  });
});
