import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { ReachedReads } from '@meistras/platform/database/reach';
import { addDays, dayAt, dayNumber } from '@meistras/platform/time/days';
import { belongsTo } from '../src/learner-entries/school-year.rules.js';
import { anEnrolment, anInstitution, everyRow, registrar, school, startRegisters } from './builders.js';

describe('R-REG-21: the entries of a school year', () => {
  const api = startRegisters();
  const [own, other] = [randomUUID(), randomUUID()];
  const started = anEnrolment({ institutionId: own, startsOn: '2025-09-15', state: 'ACTIVE' });
  const left = anEnrolment({
    ...{ institutionId: own, startsOn: '2025-03-01', endedOn: '2025-08-31', state: 'TERMINATED' as const },
  });
  const foreign = anEnrolment({ institutionId: other, startsOn: '2024-09-01', endedOn: '2025-09-01' });

  beforeAll(async () => {
    await api.consume(EnrolmentStartedV1, started);
    await api.consume(EnrolmentEndedV1, left);
    await api.consume(EnrolmentEndedV1, { ...foreign, state: 'COMPLETED' });
  });

  const listed = async (caller: typeof registrar, query: string): Promise<{ enrolmentId: string }[]> =>
    (await api.as(caller).get(`/learner-entries?${query}`).expect(200)).body.items;
  const idsOf = (items: { enrolmentId: string }[]) => items.map(({ enrolmentId }) => enrolmentId).toSorted();

  it('are ids, codes and days', async () => {
    const { enrolmentId, learnerId, institutionId, programmeCode } = started;
    const entry = { enrolmentId, learnerId, institutionId, programmeCode, validFrom: '2025-09-15', state: 'ACTIVE' };
    expect(await listed(registrar, `schoolYear=2025&institutionId=${own}`)).toEqual([entry]);
    const earlier = await listed(registrar, `schoolYear=2024&institutionId=${own}`);
    expect(earlier).toMatchObject([{ enrolmentId: left.enrolmentId, validTo: '2025-09-01', state: 'TERMINATED' }]);
  });

  it('are all to a national client, its own to a school, those of its area to a municipality', async () => {
    const both = [started, foreign].map(({ enrolmentId }) => enrolmentId).toSorted();
    expect(idsOf(await listed(registrar, 'schoolYear=2025'))).toEqual(both);
    expect(idsOf(await listed(registrar, 'schoolYear=2025&state=COMPLETED'))).toEqual([foreign.enrolmentId]);
    expect(idsOf(await listed(school(own), 'schoolYear=2025'))).toEqual([started.enrolmentId]);
    await api.as(school(own)).get(`/learner-entries?schoolYear=2025&institutionId=${other}`).expect(404);
    const place = { municipalityCode: 'LT-16', countyCode: 'LT-KU' };
    const { body } = await api.as(registrar).post('/institutions', anInstitution(place)).expect(201);
    const near = anEnrolment({ institutionId: body.id, startsOn: '2030-09-01' });
    await api.consume(EnrolmentStartedV1, near);
    const municipality = { scopes: ['registers.learners:read'], clientId: 'municipality' };
    const seenFrom = (code: string) => listed({ ...municipality, municipalities: [code] }, 'schoolYear=2030');
    expect(idsOf(await seenFrom('LT-16'))).toEqual([near.enrolmentId]);
    expect(await seenFrom('LT-57')).toEqual([]);
  });

  it('are hidden by the database too from whom they are not for', async () => {
    const statement = { name: 'every-entry', text: 'SELECT enrolment_id AS id FROM learner_entry' };
    const rows = await api.app.get(ReachedReads).rows<{ id: string }>([other], statement, []);
    expect(rows).toEqual([{ id: foreign.enrolmentId }]);
  });

  it('come in pages', async () => {
    const first = await api.as(registrar).get('/learner-entries?schoolYear=2025&limit=1').expect(200);
    const next = await listed(registrar, `schoolYear=2025&limit=1&after=${first.body.next}`);
    expect([...first.body.items, ...next]).toEqual(await listed(registrar, 'schoolYear=2025'));
  });

  it.each(['', 'schoolYear=1999', 'schoolYear=x'])('are asked for by a year, not by “%s”', async (query) => {
    await api.as(registrar).get(`/learner-entries?${query}`).expect(400);
  });

  it('are those that the rule says, of any periods', async () => {
    const at = randomUUID();
    const first = dayNumber('2034-06-01');
    const random = (most: number): number => Math.floor(Math.random() * most);
    const entries = Array.from({ length: 300 }, () => {
      const validFrom = dayAt(first + random(600));
      return { id: randomUUID(), validFrom, validTo: random(4) === 0 ? null : addDays(validFrom, random(400) - 30) };
    });
    await everyRow(api, (tx) =>
      tx.query(
        `INSERT INTO learner_entry (enrolment_id, version, learner_id, institution_id, state, valid_from, valid_to)
         SELECT id, 1, gen_random_uuid(), $1, 'ACTIVE', f, t FROM unnest($2::uuid[], $3::date[], $4::date[]) AS r (id, f, t)`,
        [at, entries.map(({ id }) => id), entries.map((e) => e.validFrom), entries.map((e) => e.validTo)],
      ),
    );
    const year = { firstDay: '2034-09-01', nextFirstDay: '2035-09-01' };
    const expected = entries.filter((each) => belongsTo(each, year)).map(({ id }) => id);
    expect(idsOf(await listed(registrar, `schoolYear=2034&limit=500&institutionId=${at}`))).toEqual(
      expected.toSorted(),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(entries.length);
  });
});
