import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { CredentialIssuedV1 } from '@meistras/contracts/events/learning-records/credential';
import { KeyRenewalService } from '../src/personal-data/key-renewal.service.js';
import { aLearner, anInstitution, everyRow, forTeaching, person, registrar, startRegisters } from './builders.js';
import { archivist, asOwner, holdersOf } from './erasures.js';
import { importFile } from './imports.js';

let serial = 0;
const supplement = {
  qualification: 'Ženklas-A',
  modules: [{ name: 'Rankinis "testavimas", I', credits: 10, mark: 9 }],
};
const corrected = { ...supplement, qualification: 'Ženklas-B' };
const words = ['Ženklas-A', 'Ženklas-B', 'Rankinis'];

describe('supplements are sealed by the keys of their holders (R-REG-19, ADR 21)', () => {
  const api = startRegisters();
  const client = () => api.as(archivist);
  let [institutionId, institutionCode] = ['', ''];
  beforeEach(() => api.clock.set('2026-06-22T10:00:00Z'));
  beforeAll(async () => {
    const { body } = await client().post('/institutions', anInstitution()).expect(201);
    [institutionId, institutionCode] = [body.id, body.code];
  });

  const aHolder = async (): Promise<string> => (await client().post('/learners', aLearner()).expect(201)).body.id;
  const issue = async (learnerId: string, facts: Partial<CredentialIssuedV1> = {}): Promise<CredentialIssuedV1> => {
    serial += 1;
    const credential: CredentialIssuedV1 = {
      ...{ credentialId: randomUUID(), version: 1, kind: 'QUALIFICATION_DIPLOMA', enrolmentId: randomUUID() },
      ...{ learnerId, institutionId, programmeId: randomUUID(), programmeCode: 'P43061301' },
      ...{ registrationNumber: `Z-2026-${serial}`, issuedOn: '2026-06-20', state: 'ISSUED', ...facts },
    };
    await api.consume(CredentialIssuedV1, credential);
    return credential;
  };
  const pathOf = ({ credentialId }: { credentialId: string }): string => `/certificate-entries/${credentialId}`;
  /** A diploma whose supplement was stated and corrected. */
  const stated = async (learnerId: string): Promise<CredentialIssuedV1> => {
    const credential = await issue(learnerId);
    const path = `${pathOf(credential)}/supplement`;
    await client().put(path, supplement).expect(200);
    const terms = { validFrom: '2026-06-20', reason: 'Entered by mistake' };
    await client()
      .put(path, { ...corrected, ...terms }, { 'if-match': '"1"' })
      .expect(200);
    return credential;
  };
  const lying = (): Promise<{ content: unknown }[]> =>
    everyRow(api, (tx) =>
      tx.query(
        `SELECT content FROM certificate_supplement UNION ALL
         SELECT facts->'content' FROM register_period WHERE register = 'certificate_supplement'`,
      ),
    );
  const exported = async (format: string): Promise<string> => {
    const exporter = { ...registrar, scopes: ['registers.certificate-exports:read'] };
    const path = `/certificate-entries/export?format=${format}`;
    return (await api.as(exporter).get(path, forTeaching).expect(200)).text;
  };

  it('lie sealed, what held before too, and say the same to whoever may read them', async () => {
    const holder = await aHolder();
    const credential = await stated(holder);
    const path = `${pathOf(credential)}/supplement`;
    const rows = await lying();
    expect(rows.length).toBeGreaterThan(2);
    for (const { content } of rows) expect(content).toMatch(/^[A-Za-z0-9+/]{40,}=*$/);
    expect(await holdersOf(api, words)).toEqual([]);
    expect((await client().get(path, forTeaching).expect(200)).body).toMatchObject(corrected);
    expect((await client().get(pathOf(credential), forTeaching).expect(200)).body.supplement).toEqual(corrected);
    const { body: page } = await client().get(`/certificate-entries?learnerId=${holder}`, forTeaching).expect(200);
    expect(page.items).toMatchObject([{ supplement: corrected }]);
    const { body: history } = await client().get(`${path}/history`, forTeaching).expect(200);
    const said = history.items.map((each: { facts: typeof supplement }) => each.facts.qualification);
    expect(said).toEqual(expect.arrayContaining(['Ženklas-A', 'Ženklas-B']));
    const { body: me } = await api.as(person(holder)).get('/me').expect(200);
    expect(me.certificates).toMatchObject([{ supplement: corrected }]);
  });

  it('are opened in exports as lines and as a table, beside entries without one and text that pretends', async () => {
    const holder = await aHolder();
    const [credential, without] = [await stated(holder), await issue(holder)];
    const pretended = `"sealed:${holder}:${credential.credentialId}:AAAA"`;
    const row = {
      ...{
        kind: 'QUALIFICATION_DIPLOMA',
        programmeCode: 'T-1998',
        registrationNumber: `P-${serial}`,
        learnerId: holder,
      },
      ...{ issuedOn: '1998-06-20', institutionScheme: 'JAR', institutionCode },
      legalBasis: `${pretended}\n,"supplement":${pretended}}`,
    };
    expect(await importFile(api, 'certificate-entries', [row], 'application/x-ndjson')).toMatchObject({ created: 1 });
    const lines = (await exported('ndjson'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; legalBasis?: string; supplement?: object });
    const of = (id: string) => lines.find((each) => each.id === id);
    expect(of(credential.credentialId)?.supplement).toEqual(corrected);
    expect(of(without.credentialId)).not.toHaveProperty('supplement');
    expect(lines.find(({ legalBasis }) => legalBasis === row.legalBasis)).not.toHaveProperty('supplement');
    const table = parse<Record<string, string>>(await exported('csv'), { columns: true });
    const cell = (id: string): string | undefined => table.find((each) => each['id'] === id)?.['supplement'];
    expect(JSON.parse(cell(credential.credentialId) ?? '')).toEqual(corrected);
    expect(cell(without.credentialId)).toBe('');
    const pretender = table.find(({ registrationNumber }) => registrationNumber === row.registrationNumber);
    expect(pretender).toMatchObject({ legalBasis: row.legalBasis, supplement: '' });
  });

  it('go when the holder is erased; the entry stays for whoever is shown the diploma', async () => {
    const [holder, other] = [await aHolder(), await aHolder()];
    const [credential, kept] = [await stated(holder), await stated(other)];
    const erasure = { learnerId: holder, ground: 'COURT_ORDER', legalBasis: 'V-7' };
    await client().post('/erasures', erasure).expect(201);
    const path = pathOf(credential);
    const { body: entry } = await client().get(path, forTeaching).expect(200);
    expect(entry).toMatchObject({ learnerId: holder, registrationNumber: credential.registrationNumber, version: 4 });
    expect(entry).not.toHaveProperty('supplement');
    for (const each of [`${path}/supplement`, `${path}/supplement/history`])
      await client().get(each, forTeaching).expect(404);
    const { body: problem } = await client().put(`${path}/supplement`, supplement).expect(410);
    expect(problem.type).toMatch(/learner-erased$/);
    const left = await everyRow(api, (tx) =>
      tx.query(
        `SELECT 1 FROM certificate_supplement WHERE learner_id = $1 UNION ALL
         SELECT 1 FROM register_period p WHERE register = 'certificate_supplement' AND facts <> '{}' AND NOT EXISTS (
           SELECT FROM certificate_supplement s WHERE s.id = p.entry_id)`,
        [holder],
      ),
    );
    expect(left).toEqual([]);
    const query = `registrationNumber=${credential.registrationNumber}&issuedOn=${credential.issuedOn}`;
    const { body: registered } = await api.anonymous().get(`/certificate-entries/registered?${query}`).expect(200);
    expect(registered.registered).toBe(true);
    const events = (await api.events()).filter(({ key }) => key === credential.credentialId);
    expect(events.map(({ version }) => version)).toEqual([1, 2, 3, 4]);
    expect((await client().get(pathOf(kept), forTeaching).expect(200)).body.supplement).toEqual(corrected);
  });

  it('go over to the key of another holder when the diploma turns out to be that one’s', async () => {
    const [mistaken, right] = [await aHolder(), await aHolder()];
    const credential = await stated(mistaken);
    await api.consume(CredentialIssuedV1, { ...credential, version: 2, learnerId: right });
    const erasure = { learnerId: mistaken, ground: 'COURT_ORDER', legalBasis: 'V-7' };
    await client().post('/erasures', erasure).expect(201);
    const path = `${pathOf(credential)}/supplement`;
    expect((await client().get(path, forTeaching).expect(200)).body).toMatchObject(corrected);
    const { body: history } = await client().get(`${path}/history`, forTeaching).expect(200);
    expect(history.items).toHaveLength(2);
    await client()
      .post('/erasures', { ...erasure, learnerId: right })
      .expect(201);
    await client().get(path, forTeaching).expect(404);
    // Of somebody who is nobody any more nothing is kept.
    const other = await stated(await aHolder());
    await api.consume(CredentialIssuedV1, { ...other, version: 2, learnerId: right });
    await client()
      .get(`${pathOf(other)}/supplement`, forTeaching)
      .expect(404);
  });

  it('are sealed by themselves where they are from before, and say the same meanwhile', async () => {
    const holder = await aHolder();
    const credential = await stated(holder);
    const path = `${pathOf(credential)}/supplement`;
    await asOwner(
      api,
      ['UPDATE certificate_supplement SET content = $2 WHERE learner_id = $1', [holder, JSON.stringify(corrected)]],
      [
        `UPDATE register_period p SET facts = jsonb_build_object('content', $2::jsonb) FROM certificate_supplement s
         WHERE p.entry_id = s.id AND s.learner_id = $1`,
        [holder, JSON.stringify(corrected)],
      ],
      ['INSERT INTO sealed_before VALUES ($1, true)', [holder]],
    );
    const reads = async (): Promise<void> => {
      expect((await client().get(path, forTeaching).expect(200)).body).toMatchObject(corrected);
      expect(await exported('ndjson')).toContain('Ženklas-B');
      expect(await exported('csv')).toContain('Ženklas-B');
    };
    await reads();
    expect((await lying()).some(({ content }) => typeof content === 'object' && content !== null)).toBe(true);
    while ((await api.app.get(KeyRenewalService).turn()) > 0);
    expect((await lying()).some(({ content }) => typeof content === 'object' && content !== null)).toBe(false);
    await reads();
  });
});
