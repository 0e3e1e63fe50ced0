import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CredentialIssuedV1,
  CredentialReplacedV1,
  CredentialRevokedV1,
} from '@meistras/contracts/events/learning-records/credential';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { aLearner, anEnrolment, everyRow, forTeaching, person, registrar, school, startRegisters } from './builders.js';

let serial = 0;

function aCredential(facts: Partial<CredentialIssuedV1> = {}): CredentialIssuedV1 {
  serial += 1;
  return {
    ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA', enrolmentId: randomUUID() },
    ...{ learnerId: randomUUID(), institutionId: randomUUID(), programmeId: randomUUID(), programmeCode: 'P43061301' },
    ...{ registrationNumber: `D-2026-${serial}`, issuedOn: '2026-06-20', state: 'ISSUED' },
    ...facts,
  };
}

describe('entries of diplomas and certificates', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-06-20T10:00:00Z'));
  const client = () => api.as(registrar);
  const registered = async ({ registrationNumber, issuedOn }: CredentialIssuedV1): Promise<object> => {
    const query = new URLSearchParams({ registrationNumber, issuedOn });
    return (await api.anonymous().get(`/certificate-entries/registered?${query.toString()}`).expect(200)).body;
  };
  const eventsOf = async (key: string): Promise<string[]> =>
    (await api.events('registers.certificate-entry')).filter((each) => each.key === key).map(({ type }) => type);

  it('R-REG-19: an issued diploma is entered with all of its data; who issued it answers for them', async () => {
    const issued = aCredential();
    await api.consume(CredentialIssuedV1, issued);
    const { credentialId: id, ...facts } = issued;
    const { body } = await client().get(`/certificate-entries/${id}`, forTeaching).expect(200);
    expect(body).toEqual({
      ...{ id, ...facts, state: 'REGISTERED', provider: facts.institutionId },
      ...{ validFrom: '2026-06-20', recordedAt: '2026-06-20T10:00:00.000Z' },
    });
    expect(await registered(issued)).toEqual({
      ...{ registered: true, state: 'REGISTERED', kind: 'QUALIFICATION_DIPLOMA', institutionId: facts.institutionId },
    });
    expect(await registered({ ...issued, issuedOn: '2026-06-21' })).toEqual({ registered: false });
    expect(await eventsOf(id)).toEqual(['registers.certificate-entry.registered.v1']);
  });

  it('is exported; every holder who was in it finds that, and nobody else', async () => {
    const learnerOf = async (): Promise<string> => (await client().post('/learners', aLearner()).expect(201)).body.id;
    const [early, late] = [await learnerOf(), await learnerOf()];
    const [first, second] = [aCredential({ learnerId: early }), aCredential({ learnerId: late })];
    await api.consume(CredentialIssuedV1, first);
    const exporter = { ...registrar, scopes: ['registers.certificate-exports:read'], clientId: 'archive' };
    const { text } = await api.as(exporter).get('/certificate-entries/export', forTeaching).expect(200);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string });
    const { body } = await client().get(`/certificate-entries/${first.credentialId}`, forTeaching).expect(200);
    expect(lines).toContainEqual(body);
    await api.consume(CredentialIssuedV1, second);
    await api.consume(CredentialRevokedV1, { ...first, version: 2, state: 'REVOKED' });
    const readers = async (id: string): Promise<string[]> => {
      const { body: log } = await api.as(person(id)).get('/me/access-log').expect(200);
      return log.items.map((each: { clientId: string }) => each.clientId);
    };
    expect(await readers(early)).toContain('archive');
    expect(await readers(late)).not.toContain('archive');
    const own = { ...school(first.institutionId), scopes: exporter.scopes };
    const { text: ofSchool } = await api.as(own).get('/certificate-entries/export', forTeaching).expect(200);
    expect(ofSchool.trim().split('\n')).toHaveLength(1);
    expect(await readers(early)).toContain('school-system');
  });

  it('is found by holder and number; a school sees what it issued, and every holder shown leaves a record', async () => {
    const issued = aCredential();
    const other = aCredential({ learnerId: issued.learnerId });
    for (const each of [issued, other]) await api.consume(CredentialIssuedV1, each);
    const { learnerId, credentialId, institutionId } = issued;
    const find = async (query: string, as = registrar): Promise<string[]> => {
      const { body } = await api.as(as).get(`/certificate-entries?${query}`, forTeaching).expect(200);
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await find(`learnerId=${learnerId}`)).toEqual([credentialId, other.credentialId].toSorted());
    expect(await find(`registrationNumber=${issued.registrationNumber}`)).toEqual([credentialId]);
    expect(await find(`learnerId=${learnerId}&limit=1`)).toHaveLength(1);
    const own = school(institutionId);
    expect(await find(`learnerId=${learnerId}`, own)).toEqual([credentialId]);
    await api.as(own).get(`/certificate-entries/${other.credentialId}`).expect(404);
    await api.as(own).get(`/certificate-entries/${other.credentialId}/history`).expect(404);
    await api.as(own).get(`/certificate-entries?institutionId=${other.institutionId}`).expect(404);
    const records: { operation: string; purpose: string; client_id: string }[] = await everyRow(api, (tx) =>
      tx.query('SELECT operation, purpose, client_id FROM access_record WHERE subject_id = $1 ORDER BY id', [
        learnerId,
      ]),
    );
    expect(records.map(({ operation }) => operation)).toEqual(
      Array.from({ length: 4 }, () => 'listCertificateEntries'),
    );
    expect(records.at(-1)).toMatchObject({ purpose: 'TEACHING', client_id: 'school-system' });
  });

  it.each([
    ['corrected', CredentialReplacedV1, { state: 'REPLACED', replacement: 'CORRECTION' }, 'CORRECTED'],
    ['issued again', CredentialReplacedV1, { state: 'REPLACED', replacement: 'DUPLICATE' }, 'DUPLICATED'],
    ['revoked', CredentialRevokedV1, { state: 'REVOKED' }, 'ANNULLED'],
  ] as const)('one that is %s does not hold any more, and says so', async (_, event, facts, state) => {
    const issued = aCredential();
    await api.consume(CredentialIssuedV1, issued);
    api.clock.set('2026-09-01T10:00:00Z');
    const replacedById = state === 'ANNULLED' ? {} : { replacedById: randomUUID() };
    await api.consume(event, { ...issued, version: 2, ...facts, ...replacedById });
    expect(await registered(issued)).toMatchObject({ registered: false, state });
    const path = `/certificate-entries/${issued.credentialId}`;
    const { body } = await client().get(path).expect(200);
    expect(body).toMatchObject({ version: 2, state, validFrom: '2026-09-01', ...replacedById });
    const { body: history } = await client().get(`${path}/history`).expect(200);
    expect(history.items.map((each: { facts: { state: string } }) => each.facts.state)).toEqual([
      ...[state, 'REGISTERED', 'REGISTERED'],
    ]);
    expect((await eventsOf(issued.credentialId)).at(-1)).toBe('registers.certificate-entry.changed.v1');
  });

  it.each(['the enrolment', 'the diploma'])(
    'R-REG-20: under another code than that of admission it is kept as refused and reported back; %s heard of first',
    async (first) => {
      const issued = aCredential({ programmeCode: 'P43061302' });
      const enrolment = anEnrolment({ enrolmentId: issued.enrolmentId, programmeCode: 'P43061301' });
      const enrol = () => api.consume(EnrolmentStartedV1, enrolment);
      if (first === 'the enrolment') await enrol();
      await api.consume(CredentialIssuedV1, issued);
      if (first === 'the diploma') await enrol();
      const { body } = await api
        .as(school(issued.institutionId))
        .get(`/certificate-entries?state=REFUSED`, forTeaching)
        .expect(200);
      expect(body.items).toMatchObject([{ id: issued.credentialId, refusal: 'PROGRAMME_CODE_DIFFERS' }]);
      expect(await registered(issued)).toEqual({ registered: false });
      const events = await eventsOf(issued.credentialId);
      expect(events.at(-1)).toBe('registers.certificate-entry.refused.v1');
      const { body: feed } = await api.as(school(issued.institutionId)).get('/certificate-entries/changes').expect(200);
      expect(feed.items.at(-1)).toMatchObject({
        id: issued.credentialId,
        state: { refusal: 'PROGRAMME_CODE_DIFFERS' },
      });
    },
  );

  it('under the code of admission it stands, whichever is heard of first', async () => {
    const issued = aCredential();
    await api.consume(CredentialIssuedV1, issued);
    await api.consume(EnrolmentStartedV1, anEnrolment({ enrolmentId: issued.enrolmentId }));
    expect(await registered(issued)).toMatchObject({ registered: true });
    expect(await eventsOf(issued.credentialId)).toHaveLength(1);
  });

  it('is asked for by both number and day', async () => {
    await api.anonymous().get('/certificate-entries/registered?registrationNumber=D-1').expect(400);
    await api.anonymous().get('/certificate-entries').expect(401);
  });
});
