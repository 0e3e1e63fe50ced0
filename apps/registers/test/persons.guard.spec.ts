import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CredentialIssuedV1, CredentialRevokedV1 } from '@meistras/contracts/events/learning-records/credential';
import { setReach } from '@meistras/platform/database/reach';
import type { Reach } from '@meistras/platform/database/reach';
import { aLearner, anInstitution, matcher, registrar, startRegisters } from './builders.js';

/** The second wall (T7) around staff, certificates, reviews and what held before: no statement here has a filter. */
describe('the guard of other rows about persons', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  const post = async (path: string, body: object): Promise<{ id: string; staffMemberId: string }> =>
    (await api.as(matcher).post(path, body).expect(201)).body;
  let [own, other] = ['', ''];

  async function institution(serial: number): Promise<string> {
    const { id: institutionId } = await post('/institutions', anInstitution());
    const names = { givenName: `Learner-${serial}`, familyName: `Example-${serial}`, birthOn: '1980-05-14', sex: 'F' };
    const work = { institutionId, position: 'Mokytojas', fullTimeShare: 1 };
    const { id, staffMemberId } = await post('/staff-posts', { ...names, ...work });
    await client().put(`/staff-posts/${id}`, { fullTimeShare: 0.5 }, { 'if-match': '"1"' }).expect(200);
    const held = { institutionId, heldOn: '2026-01-05', hours: 6, title: 'Suvirinimas' };
    await post(`/staff-members/${staffMemberId}/development`, held);
    const credential = {
      ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA' as const, enrolmentId: randomUUID() },
      ...{ learnerId: randomUUID(), institutionId, programmeId: randomUUID(), programmeCode: 'P43061301' },
      ...{ registrationNumber: `D-${serial}`, issuedOn: '2026-01-05', state: 'ISSUED' as const },
    };
    await api.consume(CredentialIssuedV1, credential);
    await api.consume(CredentialRevokedV1, { ...credential, version: 2, state: 'REVOKED' });
    return institutionId;
  }

  beforeAll(async () => {
    [own, other] = [await institution(1), await institution(2)];
    const learnerIds = [await post('/learners', aLearner()), await post('/learners', aLearner())].map(({ id }) => id);
    await post('/match-reviews', { learnerIds });
  });

  const within = (reach: Reach, text: string): Promise<{ whose: string }[]> =>
    api.db.transaction(async (tx) => {
      await setReach(tx, reach);
      return tx.query(text);
    });

  it.each([
    ['staff_post', 'institution_id'],
    ['staff_development', 'institution_id'],
    ['certificate_entry', 'institution_id'],
    ['register_period', `(facts->>'institutionId')`],
    ['staff_member', `(SELECT p.institution_id FROM staff_post p WHERE p.staff_member_id = staff_member.id)`],
  ])('shows and changes rows of %s within a reach alone', async (table, whose) => {
    const seen = async (reach: Reach): Promise<string[]> => {
      const rows = await within(reach, `SELECT DISTINCT ${whose}::text AS whose FROM ${table}`);
      if (table !== 'staff_development') {
        const [, changed] = (await within(reach, `UPDATE ${table} SET id = id`)) as unknown as [unknown, number];
        expect(changed > 0).toBe(rows.length > 0);
      }
      return rows.map((row) => row.whose).toSorted();
    };
    expect(await seen([own])).toEqual([own]);
    expect(await seen([other])).toEqual([other]);
    expect(await seen(null)).toEqual([own, other].toSorted());
    expect(await seen([randomUUID()])).toEqual([]);
    expect(await seen([])).toEqual([]);
    expect(await api.db.query(`SELECT FROM ${table}`)).toEqual([]);
  });

  it('shows reviews to the whole country’s reach alone', async () => {
    const text = 'SELECT id AS whose FROM match_review';
    expect(await within(null, text)).toHaveLength(1);
    expect(await within([own, other], text)).toEqual([]);
  });
});
