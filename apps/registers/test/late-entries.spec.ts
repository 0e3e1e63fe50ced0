import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { anEnrolment, registrar, school, startRegisters } from './builders.js';

describe('R-REG-22: late entries are accepted and listed', () => {
  const api = startRegisters();
  const listed = async (institutionId: string) =>
    (await api.as(registrar).get(`/late-entries?institutionId=${institutionId}`).expect(200)).body.items;

  it.each([
    ['2026-09-08T20:59:59Z', false],
    ['2026-09-08T21:00:00Z', true], // the 9th in Vilnius
  ])('a start on 1 September entered at %s is late: %s', async (at, late) => {
    const enrolment = anEnrolment({ institutionId: randomUUID(), startsOn: '2026-09-01' });
    await api.consume(EnrolmentStartedV1, enrolment, new Date(at));
    const { enrolmentId, institutionId } = enrolment;
    const entry = { enrolmentId, institutionId, fact: 'START', factOn: '2026-09-01', dueOn: '2026-09-08' };
    const expected = { ...entry, enteredOn: '2026-09-09', id: expect.any(String) };
    expect(await listed(institutionId)).toEqual(late ? [expected] : []);
  });

  it('an end is judged by its own day, once; a school sees its own alone', async () => {
    const [own, other] = [randomUUID(), randomUUID()];
    const enrolment = anEnrolment({ institutionId: own });
    await api.consume(EnrolmentStartedV1, enrolment, new Date('2026-08-20T10:00:00Z'));
    await api.consume(EnrolmentStartedV1, { ...enrolment, version: 2 }, new Date('2026-10-20T10:00:00Z'));
    const ended = { ...enrolment, version: 3, state: 'TERMINATED' as const, endedOn: '2027-01-29' };
    await api.consume(EnrolmentEndedV1, ended, new Date('2027-02-08T10:00:00Z'));
    await api.consume(EnrolmentEndedV1, ended, new Date('2027-03-08T10:00:00Z'));
    const expected = [{ fact: 'END', factOn: '2027-01-29', dueOn: '2027-02-05', enteredOn: '2027-02-08' }];
    expect(await listed(own)).toMatchObject(expected);
    const { body } = await api.as(school(own)).get('/late-entries').expect(200);
    expect(body.items).toMatchObject(expected);
    expect((await api.as(school(other)).get('/late-entries').expect(200)).body.items).toEqual([]);
    await api.as(school(other)).get(`/late-entries?institutionId=${own}`).expect(404);
  });
});
