import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CredentialIssuedV1, CredentialRevokedV1 } from '@meistras/contracts/events/learning-records/credential';
import { setReach } from '@meistras/platform/database/reach';
import { Registers } from '../src/register/registers.js';
import {
  aLearner,
  anInstitution,
  everyRow,
  faultsOf,
  forTeaching,
  person,
  registrar,
  school,
  startRegisters,
} from './builders.js';
import { importFile, reportOf } from './imports.js';

let serial = 0;
const modules = [
  { code: '4061302', name: 'Rankinis testavimas', credits: 10, mark: 9 },
  { name: 'Įvadinis modulis', credits: 2, recognisedBy: 'PR-12' },
];
const supplement = {
  ...{ qualification: 'Testuotojas', ltqfLevel: 4, credits: 60, languageCode: 'lt', modules },
  ...{ studiedFrom: '2024-09-01', studiedTo: '2026-06-15' },
  assessment: { assessedOn: '2026-06-12', theoryPoints: 82, theoryMaximum: 100, practicalMark: 9, trainingMark: 8.75 },
};

describe('supplements of diplomas (R-REG-19)', () => {
  const api = startRegisters();
  let [own, other, learnerId] = ['', '', ''];
  beforeEach(() => api.clock.set('2026-06-22T10:00:00Z'));
  beforeAll(async () => {
    [own, other] = (await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    )) as [string, string];
    learnerId = (await api.as(registrar).post('/learners', aLearner()).expect(201)).body.id;
  });

  const aCredential = (): CredentialIssuedV1 => {
    serial += 1;
    return {
      ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA', enrolmentId: randomUUID() },
      ...{ learnerId, institutionId: own, programmeId: randomUUID(), programmeCode: 'P43061301' },
      ...{ registrationNumber: `S-2026-${serial}`, issuedOn: '2026-06-20', state: 'ISSUED' },
    };
  };
  const issued = async (): Promise<CredentialIssuedV1> => {
    const credential = aCredential();
    await api.consume(CredentialIssuedV1, credential);
    return credential;
  };
  const pathOf = ({ credentialId }: CredentialIssuedV1): string => `/certificate-entries/${credentialId}`;
  const eventsOf = async (key: string) =>
    (await api.events('registers.certificate-entry')).filter((each) => each.key === key);

  it('is stated by whoever issued the diploma, answered with the entry, and no event says a word of it', async () => {
    const credential = await issued();
    const path = pathOf(credential);
    await api.as(registrar).get(`${path}/supplement`, forTeaching).expect(404);
    const { body, headers } = await api.as(school(own)).put(`${path}/supplement`, supplement).expect(200);
    expect(body).toMatchObject({
      ...{ ...supplement, certificateEntryId: credential.credentialId, version: 1 },
      ...{ validFrom: '2026-06-20', provider: 'school-system' },
    });
    expect(headers['etag']).toBe('"1"');
    for (const by of [registrar, school(own)]) {
      expect((await api.as(by).get(path, forTeaching).expect(200)).body).toMatchObject({ supplement, version: 2 });
      expect((await api.as(by).get(`${path}/supplement`, forTeaching).expect(200)).body).toEqual(body);
    }
    const { body: me } = await api.as(person(learnerId)).get('/me').expect(200);
    const mine = me.certificates.find(({ id }: { id: string }) => id === credential.credentialId);
    expect(mine.supplement).toEqual(supplement);
    const events = await eventsOf(credential.credentialId);
    expect(events.map(({ type, version }) => `${type.split('.')[2]} ${version}`)).toEqual([
      'registered 1',
      'changed 2',
    ]);
    expect(Object.keys(events[1]!.payload).sort()).toEqual(Object.keys(events[0]!.payload).sort());
    expect((await api.as(school(own)).put(`${path}/supplement`, supplement, { 'if-match': '"1"' })).body).toEqual(body);
    expect(await eventsOf(credential.credentialId)).toHaveLength(2);
    const records: unknown[] = await everyRow(api, (tx) =>
      tx.query(`SELECT FROM access_record WHERE operation = 'getCertificateSupplement' AND subject_id = $1`, [
        learnerId,
      ]),
    );
    // The one before anything was stated too: the entry was looked at.
    expect(records).toHaveLength(3);
  });

  it('is nobody else’s, by the second wall too', async () => {
    const path = `${pathOf(await issued())}/supplement`;
    await api.as(school(own)).put(path, supplement).expect(200);
    for (const address of [path, `${path}/history`]) await api.as(school(other)).get(address, forTeaching).expect(404);
    await api.as(school(other)).put(path, supplement, { 'if-match': '"1"' }).expect(404);
    await api
      .as({ ...school(own), scopes: ['registers.certificate-entries:read'] })
      .put(path, supplement)
      .expect(403);
    const seen = (reach: string[], table: string): Promise<unknown[]> =>
      api.db.transaction(async (tx) => {
        await setReach(tx, reach);
        return tx.query(`SELECT FROM ${table}`);
      });
    await api
      .as(school(own))
      .put(path, { ...supplement, modules: [] }, { 'if-match': '"1"' })
      .expect(200);
    expect((await seen([own], 'certificate_supplement')).length).toBeGreaterThan(0);
    expect((await seen([own], `register_period WHERE register = 'certificate_supplement'`)).length).toBeGreaterThan(0);
    expect(await seen([other], 'certificate_supplement')).toEqual([]);
    expect(await seen([other], `register_period WHERE register = 'certificate_supplement'`)).toEqual([]);
  });

  it('has two times, and stays what it is when the diploma is revoked', async () => {
    const credential = await issued();
    const path = `${pathOf(credential)}/supplement`;
    await api.as(school(own)).put(path, supplement).expect(200);
    const corrected = { ...supplement, modules: [{ ...modules[0]!, mark: 10 }, modules[1]!] };
    const back = { ...corrected, validFrom: '2026-06-20' };
    const { body: problem } = await api.as(school(own)).put(path, back, { 'if-match': '"1"' }).expect(422);
    expect(faultsOf(problem)).toEqual(['/reason REQUIRED']);
    await api
      .as(school(own))
      .put(path, { ...back, reason: 'Entered by mistake' }, { 'if-match': '"2"' })
      .expect(412);
    await api
      .as(school(own))
      .put(path, { ...back, reason: 'Entered by mistake' }, { 'if-match': '"1"' })
      .expect(200);
    const later = { ...corrected, qualification: 'Vyresnysis testuotojas', validFrom: '2026-07-01' };
    await api.as(school(own)).put(path, later, { 'if-match': '"2"' }).expect(200);
    expect((await api.as(registrar).get(path, forTeaching).expect(200)).body.qualification).toBe('Testuotojas');
    api.clock.set('2026-07-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    expect((await api.as(registrar).get(path, forTeaching).expect(200)).body.qualification).toBe(later.qualification);
    const { body } = await api.as(registrar).get(`${path}/history`, forTeaching).expect(200);
    expect(body.items.map((each: { facts: typeof supplement }) => each.facts.modules[0]?.mark).sort()).toContain(9);
    await api.consume(CredentialRevokedV1, { ...credential, version: 2, state: 'REVOKED' });
    const { body: entry } = await api.as(registrar).get(pathOf(credential), forTeaching).expect(200);
    expect(entry).toMatchObject({ state: 'ANNULLED', supplement: { qualification: later.qualification } });
    const versions = (await eventsOf(credential.credentialId)).map(({ version }) => version);
    expect(versions).toEqual([...versions.keys()].map((at) => at + 1));
  });

  it('is in the export of entries, and comes with a file: of paper, and of what learning-records issued', async () => {
    const { body: institution } = await api.as(registrar).get(`/institutions/${own}`).expect(200);
    const credential = await issued();
    const at = { institutionScheme: 'JAR', institutionCode: institution.code, learnerId };
    const ofPaper = { kind: 'QUALIFICATION_DIPLOMA', programmeCode: 'T-1998', issuedOn: '1998-06-20' };
    const older = { qualification: 'Testuotojas', modules };
    const { kind, programmeCode, registrationNumber, issuedOn } = credential;
    const rows = [
      { ...at, ...ofPaper, registrationNumber: `S-${serial}`, supplement: older },
      { ...at, kind, programmeCode, registrationNumber, issuedOn, supplement },
    ];
    const imported = (some: object[]) => importFile(api, 'certificate-entries', some, 'application/x-ndjson');
    expect(await imported(rows)).toMatchObject({ created: 1, updated: 1, failed: 0 });
    expect(await imported(rows)).toMatchObject({ unchanged: 2, updated: 0 });
    const marked = { ...older, modules: [{ ...modules[0]!, mark: 7 }] };
    expect(await imported([{ ...rows[0]!, supplement: marked }])).toMatchObject({ updated: 1 });
    const exporter = { ...registrar, scopes: ['registers.certificate-exports:read'] };
    const { text } = await api.as(exporter).get('/certificate-entries/export', forTeaching).expect(200);
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; supplement?: object });
    const { body: entry } = await api.as(registrar).get(pathOf(credential), forTeaching).expect(200);
    expect(lines).toContainEqual(entry);
    expect(entry.supplement).toEqual(supplement);
    const { body: stranger } = await api.as(registrar).post('/learners', aLearner()).expect(201);
    const faulty = [
      { ...rows[1]!, learnerId: stranger.id },
      { ...rows[1]!, supplement: undefined },
      { ...rows[0]!, supplement },
      { ...rows[0]!, supplement: { ...older, modules: [{ name: 'A', credits: -1 }] } },
    ];
    expect(await reportOf(api, await imported(faulty))).toEqual({
      '/learnerId OTHER_HOLDER': 1,
      '/registrationNumber ISSUED_HERE': 1,
      '/supplement/studiedTo AFTER_ISSUE': 1,
      '/supplement/assessment/assessedOn AFTER_ISSUE': 1,
      '/supplement/modules/0/credits MIN': 1,
    });
  });

  it('is refused with every fault at once', async () => {
    const path = `${pathOf(await issued())}/supplement`;
    const faulty = { ...supplement, studiedTo: '2026-07-01', assessment: { theoryPoints: 101, theoryMaximum: 100 } };
    const { body } = await api.as(school(own)).put(path, faulty).expect(422);
    expect(faultsOf(body).sort()).toEqual(['/assessment/theoryPoints ABOVE_MAXIMUM', '/studiedTo AFTER_ISSUE']);
    const named = { ...supplement, holder: 'Vardenis', modules: [{ name: '', credits: 'ten', mark: 11 }] };
    const { body: problem } = await api.as(school(own)).put(path, named).expect(422);
    expect(faultsOf(problem).map((fault) => fault.split(' ')[0])).toEqual(
      expect.arrayContaining(['/holder', '/modules/0/name', '/modules/0/credits', '/modules/0/mark']),
    );
  });
});
