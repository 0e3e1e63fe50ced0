import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialIssuedV1 } from '@meistras/contracts/events/learning-records/credential';
import type { Caller } from '@meistras/testing/tokens';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  aProgramme,
  forTeaching,
  registrar,
  startRegisters,
} from './builders.js';
import { importFile, reportOf } from './imports.js';

let serial = 0;

describe('import of diplomas from paper and older registers', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));
  let [institutionId, institutionCode, programmeId] = ['', '', ''];
  const programmeCode = 'P43061399';
  beforeAll(async () => {
    const { body } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    [institutionId, institutionCode] = [body.id, body.code];
    const { body: made } = await api
      .as(registrar)
      .post('/programmes', aProgramme({ code: programmeCode }))
      .expect(201);
    programmeId = made.id;
  });
  const register = async (facts = {}): Promise<string> =>
    (await api.as(registrar).post('/learners', aLearner(facts)).expect(201)).body.id;
  function aDiploma(facts: object): { registrationNumber: string; programmeCode: string } {
    serial += 1;
    const at = { institutionScheme: 'JAR', institutionCode };
    const paper = { kind: 'QUALIFICATION_DIPLOMA', registrationNumber: `B-${serial}`, issuedOn: '1998-06-20' };
    return { ...at, ...paper, programmeCode, ...facts };
  }
  const imported = (rows: object[], format = 'text/csv') => importFile(api, 'certificate-entries', rows, format);
  const entryOf = async ({ registrationNumber }: { registrationNumber: string }) => {
    const path = `/certificate-entries?registrationNumber=${registrationNumber}`;
    const { body } = await api.as(registrar).get(path, forTeaching).expect(200);
    expect(body.items).toHaveLength(1);
    return body.items[0];
  };
  const isRegistered = async ({ registrationNumber }: { registrationNumber: string }) => {
    const query = `registrationNumber=${registrationNumber}&issuedOn=1998-06-20`;
    return (await api.anonymous().get(`/certificate-entries/registered?${query}`).expect(200)).body;
  };

  it('R-REG-19: enters them with the institution that answers for them, once, and anybody may ask', async () => {
    const personalCode = aPersonalCode();
    const learnerId = await register({ personalCode });
    const [known, unknown] = [aDiploma({ personalCode }), aDiploma({ personalCode, programmeCode: 'T-1998' })];
    expect(await imported([known, unknown])).toMatchObject({ state: 'DONE', created: 2, failed: 0 });
    const entry = await entryOf(known);
    expect(entry).toMatchObject({
      learnerId,
      institutionId,
      programmeId,
      provider: institutionId,
      state: 'REGISTERED',
    });
    expect(entry).toMatchObject({ validFrom: '1998-06-20', recordedAt: '2026-01-10T10:00:00.000Z' });
    expect(entry).not.toHaveProperty('enrolmentId');
    expect(await entryOf(unknown)).not.toHaveProperty('programmeId');
    expect(await isRegistered(known)).toMatchObject({ registered: true, institutionId });
    const events = (await api.events('registers.certificate-entry')).filter(({ key }) => key === entry.id);
    expect(events.map(({ type, payload }) => [type, payload['enrolmentId']])).toEqual([
      ['registers.certificate-entry.registered.v1', undefined],
    ]);
    expect(await imported([known, unknown, known])).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
  });

  it('corrects and annuls them by the next file, and keeps what was believed', async () => {
    const learnerId = await register();
    const diploma = aDiploma({ learnerId });
    await imported([diploma]);
    const { id } = await entryOf(diploma);
    api.clock.set('2026-02-10T10:00:00Z');
    expect(await imported([{ ...diploma, annulledOn: '2026-02-01', legalBasis: 'V-9' }])).toMatchObject({ updated: 1 });
    expect(await entryOf(diploma)).toMatchObject({ id, state: 'ANNULLED', version: 2, validFrom: '2026-02-01' });
    expect(await isRegistered(diploma)).toMatchObject({ registered: false, state: 'ANNULLED' });
    const { body } = await api.as(registrar).get(`/certificate-entries/${id}/history`, forTeaching).expect(200);
    expect(body.items.map((each: { facts: { state: string } }) => each.facts.state)).toEqual(
      expect.arrayContaining(['REGISTERED', 'ANNULLED']),
    );
    const types = (await api.events('registers.certificate-entry')).filter(({ key }) => key === id);
    expect(types.map(({ type }) => type.split('.')[2])).toEqual(['registered', 'changed']);
  });

  it('leaves alone what learning-records issued, and refuses rows one by one', async () => {
    const learnerId = await register();
    const issued = aDiploma({ learnerId });
    await api.consume(CredentialIssuedV1, {
      ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA', enrolmentId: randomUUID() },
      ...{ learnerId, institutionId, programmeId, programmeCode, state: 'ISSUED' },
      ...{ registrationNumber: issued.registrationNumber, issuedOn: '1998-06-20' },
    });
    const personalCode = aPersonalCode();
    const rows = [
      issued,
      aDiploma({ personalCode }),
      aDiploma({}),
      aDiploma({ learnerId, institutionCode: '188603092' }),
      aDiploma({ learnerId, annulledOn: '1998-06-20' }),
      aDiploma({ learnerId, issuedOn: '1998-06-31' }),
    ];
    const job = await imported(rows, 'application/x-ndjson');
    expect(job).toMatchObject({ state: 'DONE', created: 0, failed: 6 });
    expect(await reportOf(api, job)).toEqual({
      '/registrationNumber ISSUED_HERE': 1,
      '/learnerId UNKNOWN': 2,
      '/institutionCode UNKNOWN': 1,
      '/annulledOn BEFORE_ISSUE': 1,
      '/issuedOn DAY': 1,
    });
    const { text } = await api.as(registrar).get(`/imports/${job.id}/report`).expect(200);
    for (const secret of [personalCode, learnerId]) expect(text).not.toContain(secret);
    expect((await entryOf(issued)).enrolmentId).toEqual(expect.any(String));
  });

  it('is for whoever may write entries', async () => {
    const reader: Caller = { ...registrar, scopes: ['registers.certificate-entries:read'] };
    const type = { 'content-type': 'application/x-ndjson' };
    await api.as(reader).post('/imports?kind=certificate-entries', '{}', type).expect(403);
  });
});
