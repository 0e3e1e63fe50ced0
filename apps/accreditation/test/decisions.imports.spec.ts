import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { InstitutionRegisteredV1 } from '@meistras/contracts/events/registers/institution';
import { ProgrammeRegisteredV1 } from '@meistras/contracts/events/registers/programme';
import { ImportWorker } from '@meistras/platform/imports/import.worker';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { accreditation } from '../src/data-source.js';
import { anInstitutionRegistered, aProgrammeRegistered, aRevocation, ministry } from './builders.js';

const api = startService(accreditation, features);

interface Job {
  id: string;
  state: string;
}

async function importRows(rows: object[]): Promise<Job> {
  const file = stringify(rows, { header: true });
  const { body } = await api
    .as(ministry)
    .post('/imports?kind=decisions', file, { 'content-type': 'text/csv' })
    .expect(202);
  for (;;) {
    const { body: job } = await api.as(ministry).get(`/imports/${body.id}`).expect(200);
    if (!['QUEUED', 'RUNNING'].includes(job.state)) return job;
    await api.app.get(ImportWorker).idle();
  }
}

async function reportOf({ id }: Job): Promise<string[]> {
  const { text } = await api.as(ministry).get(`/imports/${id}/report`).expect(200);
  const faults = text.trim().split('\n').slice(1);
  return faults.map((line) => line.split(',').slice(1, 3).join(' ')).sort();
}

const order = {
  authority: 'Minister',
  actNumber: 'V-1942',
  actOn: '2026-08-20',
  documentHash: createHash('sha256').update('order').digest('hex'),
  validFrom: '2026-09-01',
  validTo: '',
};

const rowFor = (institution: InstitutionRegisteredV1, programme: ProgrammeRegisteredV1): Record<string, string> => ({
  institutionCodeScheme: institution.codeScheme,
  institutionCode: institution.code,
  programmeCodeScheme: programme.codeScheme,
  programmeCode: programme.code,
  ...order,
});

async function aPair(): Promise<[InstitutionRegisteredV1, ProgrammeRegisteredV1]> {
  const [institution, programme] = [anInstitutionRegistered(), aProgrammeRegistered()];
  await api.consume(InstitutionRegisteredV1, institution);
  await api.consume(ProgrammeRegisteredV1, programme);
  return [institution, programme];
}

describe('import of decisions', () => {
  it('registers an order for many holders, and does nothing the second time', async () => {
    const pairs = [await aPair(), await aPair(), await aPair()];
    const rows = pairs.map(([institution, programme]) => rowFor(institution, programme));
    expect(await importRows(rows)).toMatchObject({ state: 'DONE', created: 3, failed: 0 });
    const [first] = pairs;
    const { institutionId } = first![0];
    const { body } = await api.as(ministry).get(`/decisions?institutionId=${institutionId}`).expect(200);
    expect(body.items).toMatchObject([{ actNumber: 'V-1942', state: 'GRANTED', validFrom: '2026-09-01' }]);
    expect(body.items[0]).not.toHaveProperty('procedureId');
    const announced = await api.events('accreditation.decision');
    expect(announced).toHaveLength(3);
    expect(announced[0]?.payload).toEqual({
      decisionId: body.items[0].id,
      version: 1,
      institutionId,
      programmeId: first![1].programmeId,
      state: 'GRANTED',
      validFrom: '2026-09-01',
      actNumber: 'V-1942',
    });
    expect(await importRows(rows)).toMatchObject({ created: 0, unchanged: 3, failed: 0 });
    expect(await importRows([rows[0]!, rows[0]!])).toMatchObject({ created: 0, unchanged: 2 });
    expect(await api.events('accreditation.decision')).toHaveLength(3);
  });

  it('refuses rows of unknown holders and of an act that says something else', async () => {
    const [institution, programme] = await aPair();
    const row = rowFor(institution, programme);
    const job = await importRows([
      row,
      { ...row, institutionCode: '999' },
      { ...row, programmeCode: 'none', institutionCode: 'none' },
      { ...row, validTo: '2027-09-01' },
      { ...row, validTo: '2026-09-01', actNumber: 'V-2' },
      { ...row, documentHash: '' },
    ]);
    expect(job).toMatchObject({ state: 'DONE', created: 1, failed: 5 });
    expect(await reportOf(job)).toEqual([
      '/documentHash MATCHES',
      '/institutionCode UNKNOWN',
      '/institutionCode UNKNOWN',
      '/programmeCode UNKNOWN',
      '/validTo DECISION_DIFFERS',
      '/validTo ENDS_BEFORE_START',
    ]);
  });

  it('leaves a decision revoked that is imported again', async () => {
    const [institution, programme] = await aPair();
    const row = rowFor(institution, programme);
    await importRows([row]);
    const path = `/decisions?institutionId=${institution.institutionId}`;
    const { body: before } = await api.as(ministry).get(path).expect(200);
    const revoke = `/decisions/${before.items[0].id}/revoke`;
    const { body: revoked } = await api.as(ministry).post(revoke, aRevocation()).expect(200);
    expect(revoked).toMatchObject({ state: 'REVOKED', version: 2, validTo: '2027-01-01' });
    const { body: problem } = await api.as(ministry).post(revoke, aRevocation()).expect(409);
    expect(problem.type).toBe('urn:meistras:problem:accreditation:decision-already-revoked');
    expect(await importRows([row])).toMatchObject({ created: 0, unchanged: 1 });
    expect((await api.as(ministry).get(path).expect(200)).body.items).toEqual([revoked]);
  });

  it('takes a nation', async () => {
    const file = readFileSync(new URL('../../../data/admission-fr-2019.csv', import.meta.url));
    const offerings = parse<Record<string, string>>(file, { columns: true }).filter((row) => row['offering_code']);
    await api.db.query(
      `INSERT INTO known_institution (id, version, code_scheme, code, state)
       SELECT gen_random_uuid(), 1, 'UAI', code, 'REGISTERED' FROM unnest($1::text[]) AS code GROUP BY code`,
      [offerings.map((row) => row['institution_code'])],
    );
    await api.db.query(
      `INSERT INTO known_programme (id, version, code_scheme, code, state)
       SELECT gen_random_uuid(), 1, 'PSUP-2019', code, 'REGISTERED' FROM unnest($1::text[]) AS code`,
      [offerings.map((row) => row['offering_code'])],
    );
    const rows = offerings.map((row) => ({
      institutionCodeScheme: 'UAI',
      institutionCode: row['institution_code'],
      programmeCodeScheme: 'PSUP-2019',
      programmeCode: row['offering_code'],
      ...order,
    }));
    expect(await importRows(rows)).toMatchObject({ state: 'DONE', total: 10_953, created: 10_953, failed: 0 });
    const some = rows.slice(-1_200);
    expect(await importRows(some)).toMatchObject({ state: 'DONE', created: 0, unchanged: 1_200 });
  });
});
