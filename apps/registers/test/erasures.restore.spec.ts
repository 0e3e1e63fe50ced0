import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialIssuedV1 } from '@meistras/contracts/events/learning-records/credential';
import type { Caller } from '@meistras/testing/tokens';
import { ErasuresService } from '../src/erasures/erasures.service.js';
import { KeyRenewalService } from '../src/personal-data/key-renewal.service.js';
import { ServiceKeys } from '../src/personal-data/service-keys.js';
import { aLearner, anInstitution, aPersonalCode, everyRow, forTeaching, startRegisters } from './builders.js';
import { apart, archivist, asOwner, Backup, holdersOf } from './erasures.js';

const keeper: Caller = { ...archivist, scopes: [...archivist.scopes, 'registers.personal-codes:read'] };

/** Somebody of whom everything that is sealed is held. */
interface Somebody {
  learnerId: string;
  staffMemberId: string;
  credential: CredentialIssuedV1;
  codes: { learner: string; staff: string };
}

/** The operator's drill (ADR 21), step by step: each spec goes on where the one before has stopped. */
describe('data and keys are backed up apart', () => {
  const api = startRegisters();
  const client = () => api.as(keeper);
  let institutionId = '';
  let [kept, gone] = [{}, {}] as [Somebody, Somebody];
  let [data, keys] = [{}, {}] as [Backup, Backup];
  beforeEach(() => api.clock.set('2026-06-22T10:00:00Z'));

  async function somebody(word: string): Promise<Somebody> {
    const names = { givenName: 'Vardas', familyName: `Pratybų-${word}` };
    const codes = { learner: aPersonalCode(), staff: aPersonalCode() };
    const learner = aLearner({ ...names, personalCode: codes.learner });
    const { id: learnerId } = (await client().post('/learners', learner).expect(201)).body;
    await client()
      .put(`/learners/${learnerId}/contacts`, { email: `${word}@example.org` })
      .expect(200);
    const work = { ...names, institutionId, position: 'Mokytojas', fullTimeShare: 1, personalCode: codes.staff };
    const { body: post } = await client().post('/staff-posts', work).expect(201);
    await client().put(`/staff-posts/${post.id}/end`, {}, { 'if-match': '"1"' }).expect(200);
    const credential: CredentialIssuedV1 = {
      ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA', enrolmentId: randomUUID() },
      ...{ learnerId, institutionId, programmeId: randomUUID(), programmeCode: 'P43061301' },
      ...{ registrationNumber: `R-${word}`, issuedOn: '2026-06-20', state: 'ISSUED' },
    };
    await api.consume(CredentialIssuedV1, credential);
    const stated = { qualification: `Suvirintojas-${word}`, modules: [] };
    await client().put(`/certificate-entries/${credential.credentialId}/supplement`, stated).expect(200);
    return { learnerId, staffMemberId: post.staffMemberId, credential, codes };
  }

  /** Whatever of a person is sealed, as a reader gets it; undefined where it does not open. */
  async function read({ learnerId, staffMemberId, credential }: Somebody): Promise<unknown[]> {
    const get = async (path: string) => (await client().get(path, forTeaching)).body;
    const [learner, contacts, staff, certificate] = await Promise.all([
      get(`/learners/${learnerId}`),
      get(`/learners/${learnerId}/contacts`),
      get(`/staff-members/${staffMemberId}`),
      get(`/certificate-entries/${credential.credentialId}`),
    ]);
    return [learner.personalCode, contacts.email, staff.personalCode, certificate.supplement?.qualification];
  }
  const all = ({ codes }: Somebody, word: string): unknown[] => [
    ...[codes.learner, `${word}@example.org`, codes.staff, `Suvirintojas-${word}`],
  ];
  const nothing = [undefined, undefined, undefined, undefined];

  beforeAll(async () => {
    institutionId = (await client().post('/institutions', anInstitution()).expect(201)).body.id;
    [kept, gone] = [await somebody('lieka'), await somebody('dingsta')];
    expect(await read(kept)).toEqual(all(kept, 'lieka'));
    expect(await read(gone)).toEqual(all(gone, 'dingsta'));
    data = await Backup.of(api, 'data');
    const terms = { ground: 'COURT_ORDER', legalBasis: 'V-7' };
    for (const who of [{ learnerId: gone.learnerId }, { staffMemberId: gone.staffMemberId }])
      await client()
        .post('/erasures', { ...who, ...terms })
        .expect(201);
    keys = await Backup.of(api, 'keys');
    // The disaster: all is lost.
    await asOwner(api, [`TRUNCATE ${apart.join(', ')}`, []]);
  });

  it('data without keys bring names back, and nothing that is sealed', async () => {
    await data.restore();
    for (const who of [kept, gone]) expect(await read(who)).toEqual(nothing);
    expect((await client().get(`/learners/${gone.learnerId}`).expect(200)).body.familyName).toBe('Pratybų-dingsta');
    const sealed: { sealed: Buffer }[] = await everyRow(api, (tx) =>
      tx.query(
        `SELECT personal_code_sealed AS sealed FROM learner UNION ALL SELECT personal_code_sealed FROM staff_member
         UNION ALL SELECT decode(content #>> '{}', 'base64') FROM learner_file
         UNION ALL SELECT decode(content #>> '{}', 'base64') FROM certificate_supplement`,
      ),
    );
    expect(sealed).toHaveLength(8);
    for (const each of sealed)
      expect(() => api.app.get(ServiceKeys).open(each.sealed, Buffer.from('anywhere'))).toThrow();
    const codes = [kept, gone].flatMap((who) => [who.codes.learner, who.codes.staff]);
    expect(await holdersOf(api, [...codes, 'example.org', 'Suvirintojas'])).toEqual([]);
  });

  it('nothing is sealed by a key that is not theirs meanwhile: the keys may still come', async () => {
    const contacts = { email: 'kita@example.org' };
    const asked = client().put(`/learners/${kept.learnerId}/contacts`, contacts, { 'if-match': '"1"' });
    // Nobody is told that who is kept was erased.
    expect((await asked.expect(503)).body).toMatchObject({
      type: 'urn:meistras:problem:registers:person-key-missing',
      detail: 'The person’s key is not here: the backup of keys is to be restored.',
    });
    const stated = { qualification: 'Kita', modules: [] };
    const supplement = `/certificate-entries/${kept.credential.credentialId}/supplement`;
    await client().put(supplement, stated, { 'if-match': '"1"' }).expect(503);
    for (const path of [supplement, `${supplement}/history`]) await client().get(path, forTeaching).expect(503);
    // An event that needs them waits.
    const moved = { ...kept.credential, version: 2, learnerId: gone.learnerId };
    await expect(api.consume(CredentialIssuedV1, moved)).rejects.toThrow('key is not here');
    // As if something of theirs were still to be sealed.
    await asOwner(api, ['INSERT INTO sealed_before VALUES ($1, true)', [kept.learnerId]]);
    while ((await api.app.get(KeyRenewalService).turn()) > 0);
    expect(await everyRow(api, (tx) => tx.query('SELECT FROM person_key'))).toEqual([]);
  });

  it('the newest keys and proofs open all of whoever is kept, and who was erased after the backup is erased again', async () => {
    await keys.restore();
    expect(await read(kept)).toEqual(all(kept, 'lieka'));
    expect(await read(gone)).toEqual(nothing);
    expect(await api.app.get(ErasuresService).repeat()).toBe(2);
    await client().get(`/learners/${gone.learnerId}`).expect(410);
    await client().get(`/staff-members/${gone.staffMemberId}`).expect(410);
    expect(await holdersOf(api, ['Pratybų-dingsta', 'pratybu-dingsta'])).toEqual([]);
    while ((await api.app.get(KeyRenewalService).turn()) > 0);
    expect(await everyRow(api, (tx) => tx.query('SELECT FROM sealed_before'))).toEqual([]);
    expect(await read(kept)).toEqual(all(kept, 'lieka'));
    expect((await client().get('/erasures').expect(200)).body.items).toHaveLength(2);
  });
});
