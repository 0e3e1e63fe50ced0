import { randomUUID } from 'node:crypto';
import { BitstringStatusList } from '@digitalbazaar/vc-bitstring-status-list';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { AgreementSignedV1 } from '@meistras/contracts/events/admission/agreement';
import { Credential } from '../src/credentials/credential.entity.js';
import { Enrolment } from '../src/enrolments/enrolment.entity.js';
import { aLicence, aSignedAgreement, ministry, schoolOf } from './builders.js';
import { issuer, startLearningRecords } from './service.js';

describe('a diploma', () => {
  const api = startLearningRecords();
  beforeEach(() => api.clock.set('2027-06-20T09:00:00Z'));
  let serial = 0;
  const aNumber = (): string => `D-2027-${(serial += 1)}`;

  async function completed(licensed = true): Promise<{ agreement: AgreementSignedV1; enrolmentId: string }> {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    if (licensed) await api.consume(DecisionGrantedV1, aLicence(agreement));
    const { id: enrolmentId } = await api.db.manager.findOneByOrFail(Enrolment, { agreementId: agreement.agreementId });
    await api
      .as(schoolOf(agreement.institutionId))
      .post('/results', { enrolmentId, mark: 8, decidedOn: '2027-06-15' })
      .expect(201);
    return { agreement, enrolmentId };
  }

  it('is issued as a signed verifiable credential and announced', async () => {
    const { agreement, enrolmentId } = await completed();
    const registrationNumber = aNumber();
    const { body } = await api
      .as(schoolOf(agreement.institutionId))
      .post('/credentials', { enrolmentId, registrationNumber })
      .expect(201);
    expect(body).toMatchObject({
      state: 'ISSUED',
      learnerId: agreement.learnerId,
      issuedOn: '2027-06-20',
      registrationNumber,
    });
    expect(await api.db.manager.findOneByOrFail(Credential, { id: body.id })).toMatchObject({
      registrationNumber,
      document: body.document,
    });
    const { body: keys } = await api.anonymous().get('/issuer/jwks').expect(200);
    const { payload, protectedHeader } = await jwtVerify(body.document, createLocalJWKSet(keys), { typ: 'vc+jwt' });
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc' });
    expect(payload).toMatchObject({
      '@context': expect.arrayContaining(['https://www.w3.org/ns/credentials/v2']),
      type: ['VerifiableCredential', 'QualificationDiploma'],
      issuer,
      credentialSubject: { id: `urn:uuid:${agreement.learnerId}`, achievement: { programmeCode: 'P43061301' } },
      credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' },
    });
    const event = (await api.events('learning-records.credential')).find(({ key }) => key === body.id);
    expect(event).toMatchObject({
      type: 'learning-records.credential.issued.v1',
      version: 1,
      payload: { enrolmentId, state: 'ISSUED' },
    });
  });

  it('is verified by anybody, as typed, and says when it is revoked', async () => {
    const { agreement, enrolmentId } = await completed();
    const school = api.as(schoolOf(agreement.institutionId));
    const { body } = await school.post('/credentials', { enrolmentId, registrationNumber: aNumber() }).expect(201);
    const typed = (body.verificationCode as string).toLowerCase().replace(/(.{4})(.{4})/, '$1-$2-');
    const verified = await api.anonymous().get(`/verify/${typed}`).expect(200);
    expect(verified.body).toEqual({
      valid: true,
      state: 'ISSUED',
      kind: 'QUALIFICATION_DIPLOMA',
      programmeCode: 'P43061301',
      eqfLevel: 4,
      institutionId: agreement.institutionId,
      issuedOn: '2027-06-20',
    });
    await school.post(`/credentials/${body.id}/revoke`, { reason: 'Issued in error.' }).expect(200);
    expect((await api.anonymous().get(`/verify/${typed}`).expect(200)).body).toMatchObject({
      valid: false,
      state: 'REVOKED',
    });
    await school.post(`/credentials/${body.id}/revoke`, { reason: 'Again.' }).expect(409);
    await api.anonymous().get('/verify/000000000000').expect(404);
  });

  it('shows its revocation in the signed status list', async () => {
    const { agreement, enrolmentId } = await completed();
    const { body } = await api
      .as(schoolOf(agreement.institutionId))
      .post('/credentials', { enrolmentId, registrationNumber: aNumber() })
      .expect(201);
    const status = decodeJwt<{ credentialStatus: { statusListIndex: string; statusListCredential: string } }>(
      body.document,
    ).credentialStatus;
    const bit = async (): Promise<boolean> => {
      const path = status.statusListCredential.replace(issuer, '');
      const { body: answer } = await api.anonymous().get(path).expect(200);
      const { credentialSubject } = decodeJwt<{ credentialSubject: { encodedList: string } }>(answer.document);
      return (await BitstringStatusList.decode(credentialSubject)).getStatus(Number(status.statusListIndex));
    };
    expect(await bit()).toBe(false);
    await api.as(ministry).post(`/credentials/${body.id}/revoke`, { reason: 'By a court.' }).expect(200);
    expect(await bit()).toBe(true);
  });

  it('needs a passed assessment', async () => {
    const agreement = aSignedAgreement();
    await api.consume(AgreementSignedV1, agreement);
    const { id: enrolmentId } = await api.db.manager.findOneByOrFail(Enrolment, { agreementId: agreement.agreementId });
    const school = api.as(schoolOf(agreement.institutionId));
    await school.post('/results', { enrolmentId, mark: 3, decidedOn: '2027-06-15' }).expect(201);
    const { body } = await school.post('/credentials', { enrolmentId, registrationNumber: aNumber() }).expect(409);
    expect(body.type).toBe('urn:meistras:problem:learning-records:assessment-required');
  });

  it('needs the licence on the deciding day (R-LR-32)', async () => {
    const never = await completed(false);
    await api
      .as(ministry)
      .post('/credentials', { enrolmentId: never.enrolmentId, registrationNumber: aNumber() })
      .expect(409);
    const lapsed = await completed(false);
    const licence = aLicence(lapsed.agreement);
    await api.consume(DecisionGrantedV1, licence);
    await api.consume(DecisionRevokedV1, { ...licence, version: 2, state: 'REVOKED', validTo: '2027-06-15' });
    const { body } = await api
      .as(ministry)
      .post('/credentials', { enrolmentId: lapsed.enrolmentId, registrationNumber: aNumber() })
      .expect(409);
    expect(body.type).toBe('urn:meistras:problem:learning-records:no-licence');
  });

  it('is one for an enrolment, and one for a registration number', async () => {
    const [first, second] = [await completed(), await completed()];
    const registrationNumber = aNumber();
    await api.as(ministry).post('/credentials', { enrolmentId: first.enrolmentId, registrationNumber }).expect(201);
    const taken = await api
      .as(ministry)
      .post('/credentials', { enrolmentId: second.enrolmentId, registrationNumber })
      .expect(409);
    expect(taken.body.type).toMatch('credential-registration-number');
    const twice = await api
      .as(ministry)
      .post('/credentials', { enrolmentId: first.enrolmentId, registrationNumber: aNumber() })
      .expect(409);
    expect(twice.body.type).toMatch('credential-enrolment');
  });

  it('of another institution is not to be seen, issued or revoked', async () => {
    const { enrolmentId } = await completed();
    const foreign = api.as(schoolOf(randomUUID()));
    await foreign.post('/credentials', { enrolmentId, registrationNumber: aNumber() }).expect(404);
    await foreign.post('/results', { enrolmentId, mark: 8, decidedOn: '2027-06-15' }).expect(404);
    const { body } = await api
      .as(ministry)
      .post('/credentials', { enrolmentId, registrationNumber: aNumber() })
      .expect(201);
    await foreign.get(`/credentials/${body.id}`).expect(404);
    await foreign.post(`/credentials/${body.id}/revoke`, { reason: 'Not mine.' }).expect(404);
    expect((await foreign.get('/credentials').expect(200)).body.items).toEqual([]);
  });
});
