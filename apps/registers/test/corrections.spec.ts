import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialIssuedV1 } from '@meistras/contracts/events/learning-records/credential';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { setReach } from '@meistras/platform/database/reach';
import type { Caller } from '@meistras/testing/tokens';
import { CorrectionRequest } from '../src/corrections/correction-request.entity.js';
import {
  aLearner,
  anEnrolment,
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  matcher,
  person,
  registrar,
  startRegisters,
} from './builders.js';

const scopes = [
  ...registrar.scopes,
  ...['read', 'write', 'decide'].map((each) => `registers.correction-requests:${each}`),
];
const ministry: Caller = { scopes, national: true, clientId: 'ministry' };
const schoolOf = (...institutions: string[]): Caller => ({ scopes, institutions, clientId: 'school-system' });
const self = (id: string): Caller => ({ ...person(id), scopes: ['registers.me:read', 'registers.me:write'] });
const statement = 'Gimiau 2009-05-14.';

describe('what a person is told, and may say is wrong', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  let [own, other] = ['', ''];
  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    );
  });
  const register = async (facts = {}): Promise<{ id: string }> =>
    (
      await api
        .as(registrar)
        .post('/learners', aLearner({ institutionId: own, ...facts }))
        .expect(201)
    ).body;
  const ask = async (id: string, body: object = { about: 'LEARNER', statement }) =>
    (await api.as(self(id)).post('/me/correction-requests', body).expect(201)).body;
  const decide = (who: Caller, { id, version }: { id: string; version: number }, what: string, body: object = {}) =>
    api.as(who).put(`/correction-requests/${id}/${what}`, body, { 'if-match': `"${version}"` });
  const listed = async (who: Caller): Promise<string[]> =>
    (await api.as(who).get('/correction-requests?limit=500').expect(200)).body.items.map(
      (each: { id: string }) => each.id,
    );
  const recordsOf = async (id: string): Promise<string[]> => {
    const text = 'SELECT operation, purpose FROM access_record WHERE subject_id = $1 ORDER BY id';
    const rows: { operation: string; purpose: string }[] = await everyRow(api, (tx) => tx.query(text, [id]));
    return rows.map(({ operation, purpose }) => `${operation} ${purpose}`);
  };
  const events = async () =>
    (await api.events('registers.record')).map(({ type, key, payload }) => ({ type, key, payload }));
  const aCertificate = async (learnerId: string, institutionId = own): Promise<string> => {
    const credentialId = randomUUID();
    await api.consume(CredentialIssuedV1, {
      ...{
        credentialId,
        version: 1,
        kind: 'QUALIFICATION_DIPLOMA',
        enrolmentId: randomUUID(),
        learnerId,
        institutionId,
      },
      ...{ programmeId: randomUUID(), programmeCode: 'P43061301', state: 'ISSUED' },
      ...{ registrationNumber: credentialId.slice(-8), issuedOn: '2026-01-05' },
    });
    return credentialId;
  };

  it('is all that is held: person, files, enrolments, diplomas, former ids; the read is recorded', async () => {
    const personalCode = aPersonalCode();
    const { id } = await register({ personalCode });
    const former = await register({ birthOn: '2001-02-03', sex: 'F' });
    const { body: review } = await api
      .as(matcher)
      .post('/match-reviews', { learnerIds: [id, former.id] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId: id, reason: 'Seen' };
    await api.as(matcher).put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
    const files: Caller = { ...ministry, scopes: [...scopes, 'registers.contacts:write'] };
    await api.as(files).put(`/learners/${id}/contacts`, { phone: '+37060000001' }).expect(200);
    const enrolment = anEnrolment({ learnerId: former.id, institutionId: other });
    await api.consume(EnrolmentStartedV1, enrolment);
    const certificateId = await aCertificate(id);
    for (const each of [id, former.id]) {
      const { body, text } = await api.as(self(each)).get('/me').expect(200);
      expect(body).toMatchObject({
        ...{ learner: { id, institutionId: own }, holdsPersonalCode: true, formerIds: [former.id] },
        ...{ contacts: { phone: '+37060000001' }, enrolments: [{ enrolmentId: enrolment.enrolmentId }] },
        certificates: [{ id: certificateId, learnerId: id }],
      });
      expect(text).not.toContain(personalCode);
      expect(body).not.toHaveProperty('guardians');
    }
    expect((await recordsOf(id)).slice(-2)).toEqual(['getMyRecord PERSON_REQUEST', 'getMyRecord PERSON_REQUEST']);
    await api
      .as({ ...ministry, scopes: ['registers.me:read'] })
      .get('/me')
      .expect(403);
    await api.as(self(randomUUID())).get('/me').expect(404);
  });

  it('is heard by whoever holds the entry, decided with a reason, and announced by ids alone', async () => {
    const { id } = await register();
    const request = await ask(id);
    expect(request).toMatchObject({
      ...{ state: 'OPEN', version: 1, about: 'LEARNER', entryId: id, learnerId: id, institutionId: own },
      ...{ askedBy: 'PERSON', statement },
    });
    expect([await listed(schoolOf(own)), await listed(ministry)].map((ids) => ids.includes(request.id))).toEqual([
      true,
      true,
    ]);
    const before = await events();
    const { body } = await decide(schoolOf(own), request, 'acceptance', { reason: 'Corrected' }).expect(200);
    expect(body).toMatchObject({ state: 'ACCEPTED', version: 2, decidedBy: 'school-system', reason: 'Corrected' });
    const news = (await events()).slice(before.length);
    const payload = { correctionRequestId: request.id, version: 2, about: 'LEARNER', entryId: id, learnerId: id };
    expect(news).toEqual([
      { type: 'registers.record.corrected.v1', key: request.id, payload: { ...payload, institutionId: own } },
    ]);
    const { body: mine } = await api.as(self(id)).get('/me/correction-requests').expect(200);
    expect(mine.items).toEqual([body]);
    expect((await decide(schoolOf(own), body, 'refusal', { reason: 'Late' }).expect(409)).body.type).toMatch(
      /correction-decided$/,
    );
    expect(await recordsOf(id)).toContain('acceptCorrection UNSTATED');
  });

  it('is refused with a reason, and not announced', async () => {
    const { id } = await register();
    const request = await ask(id, { about: 'CONTACTS', statement });
    const before = await events();
    await decide(schoolOf(own), request, 'refusal').expect(422);
    const { body } = await decide(schoolOf(own), request, 'refusal', { reason: 'The document says so' }).expect(200);
    expect(body).toMatchObject({ state: 'REFUSED', reason: 'The document says so' });
    expect(await events()).toEqual(before);
  });

  it('is about one’s own entries alone, and asked for once at a time', async () => {
    const [one, two] = [await register(), await register()];
    const enrolment = anEnrolment({ learnerId: one.id, institutionId: other });
    await api.consume(EnrolmentStartedV1, enrolment);
    const about = { about: 'LEARNER_ENTRY', entryId: enrolment.enrolmentId, statement };
    const request = await ask(one.id, about);
    expect(request).toMatchObject({ entryId: enrolment.enrolmentId, institutionId: other });
    const again = await api.as(self(one.id)).post('/me/correction-requests', about).expect(409);
    expect(again.body.type).toMatch(/correction-open$/);
    for (const body of [about, { about: 'CERTIFICATE_ENTRY', statement }]) {
      const { body: problem } = await api.as(self(two.id)).post('/me/correction-requests', body).expect(422);
      expect(faultsOf(problem)).toEqual(['/entryId UNKNOWN']);
    }
    await api
      .as({ ...ministry, scopes: ['registers.me:write'] })
      .post('/me/correction-requests', about)
      .expect(403);
  });

  it('is as unknown to other institutions, and to the database within their reach', async () => {
    const { id } = await register();
    const request = await ask(id);
    expect(await listed(schoolOf(other))).not.toContain(request.id);
    for (const each of [request.id, randomUUID()]) {
      await api.as(schoolOf(other)).get(`/correction-requests/${each}`).expect(404);
      await decide(schoolOf(other), { id: each, version: 1 }, 'acceptance').expect(404);
    }
    const seen = (reach: string[]) =>
      api.db.transaction(async (tx) => {
        await setReach(tx, reach);
        return tx.countBy(CorrectionRequest, { id: request.id });
      });
    expect([await seen([own]), await seen([other])]).toEqual([1, 0]);
  });

  it('R-REG-19: the institution that issued a certificate asks, and a national body decides', async () => {
    const { id: learnerId } = await register();
    const entryId = await aCertificate(learnerId);
    const body = { institutionId: own, entryId, statement: 'The qualification is another one.' };
    const { body: request } = await api.as(schoolOf(own)).post('/correction-requests', body).expect(201);
    expect(request).toMatchObject({ askedBy: 'PROVIDER', providerId: own, about: 'CERTIFICATE_ENTRY', learnerId });
    expect(request).not.toHaveProperty('institutionId');
    expect((await decide(schoolOf(own), request, 'acceptance').expect(409)).body.type).toMatch(/correction-not-yours$/);
    await decide(ministry, request, 'acceptance').expect(200);
    const foreign = { ...body, institutionId: other };
    expect(faultsOf((await api.as(schoolOf(other)).post('/correction-requests', foreign).expect(422)).body)).toEqual([
      '/entryId UNKNOWN',
    ]);
    const { body: mine } = await api.as(self(learnerId)).get('/me/correction-requests').expect(200);
    expect(mine.items).toEqual([]);
  });

  it('of a protected person is seen by whoever may know of them; of an erased one nothing is left to read', async () => {
    const { id } = await register();
    const request = await ask(id);
    const keeper: Caller = {
      ...{ scopes: [...scopes, 'registers.protected:read', 'registers.protected:write', 'registers.erasures:write'] },
      ...{ national: true, clientId: 'keeper' },
    };
    await api.as(keeper).put(`/learners/${id}/protection`, { category: 'ADOPTION' }, { 'if-match': '"1"' }).expect(200);
    for (const who of [ministry, schoolOf(own)]) {
      expect(await listed(who)).not.toContain(request.id);
      await api.as(who).get(`/correction-requests/${request.id}`).expect(404);
    }
    expect(await listed(keeper)).toContain(request.id);
    await api.as(self(id)).get('/me').expect(200);
    const erasure = { learnerId: id, ground: 'COURT_ORDER', legalBasis: 'V-7' };
    await api.as(keeper).post('/erasures', erasure).expect(201);
    const [row] = await everyRow(api, (tx) => tx.findBy(CorrectionRequest, { id: request.id }));
    expect(row).toMatchObject({ statement: '', reason: null });
    await api.as(self(id)).get('/me').expect(410);
  });
});
