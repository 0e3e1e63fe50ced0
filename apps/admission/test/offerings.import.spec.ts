import { beforeAll, describe, expect, it } from '@jest/globals';
import { Offering } from '../src/offerings/offering.entity.js';
import { before, during, ministry, startAdmission } from './builders.js';

const header =
  'stageId,institutionCodeScheme,institutionCode,programmeCodeScheme,programmeCode,fundedSeats,nonFundedSeats,latitude,longitude';

describe('import of offerings', () => {
  const admission = startAdmission();
  const { api } = admission;
  let stageId = '';
  let institution = '';
  const programmes: string[] = [];

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    const institutionId = await admission.anInstitution();
    for (let i = 0; i < 3; i += 1) {
      const programmeId = await admission.aProgramme();
      if (i < 2) await admission.accredited(institutionId, programmeId);
      const [row] = await api.db.query('SELECT code FROM known_programme WHERE programme_id = $1', [programmeId]);
      programmes.push(row.code);
    }
    const [row] = await api.db.query('SELECT code FROM known_institution WHERE institution_id = $1', [institutionId]);
    institution = row.code;
  });

  async function importCsv(...rows: string[]): Promise<Record<string, unknown>> {
    const { body: job } = await api
      .as(ministry)
      .post('/imports?kind=offerings', [header, ...rows].join('\n'), { 'content-type': 'text/csv' })
      .expect(202);
    for (;;) {
      const { body } = await api.as(ministry).get(`/imports/${job.id}`).expect(200);
      if (body.state !== 'QUEUED' && body.state !== 'RUNNING') return body;
    }
  }
  const row = (programme: string, seats: number, place = '54.9,23.9', at = institution) =>
    `${stageId},JAR,${at},SMPKR,${programme},${seats},2,${place}`;
  const faults = async (job: Record<string, unknown>) =>
    (
      await api
        .as(ministry)
        .get(`/imports/${String(job['id'])}/report`)
        .expect(200)
    ).text
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').slice(0, 3).join(' '));

  it('stores the rows, and the same file again changes nothing', async () => {
    const file = [row(programmes[0]!, 20), row(programmes[1]!, 10)];
    expect(await importCsv(...file)).toMatchObject({ state: 'DONE', total: 2, created: 2, failed: 0 });
    expect(await importCsv(...file)).toMatchObject({ state: 'DONE', unchanged: 2, created: 0, updated: 0 });
    const stored = await api.db.manager.findBy(Offering, { stageId });
    expect(stored).toHaveLength(2);
    expect(stored[0]).toMatchObject({ version: 1, latitude: 54.9, longitude: 23.9, poolCode: '07' });
    expect(await api.events('admission.offering')).toHaveLength(2);
  });

  it('updates what has changed', async () => {
    expect(await importCsv(row(programmes[0]!, 25), row(programmes[1]!, 10))).toMatchObject({
      updated: 1,
      unchanged: 1,
    });
    const events = await api.events('admission.offering');
    expect(events.at(-1)).toMatchObject({
      type: 'admission.offering.changed.v1',
      version: 2,
      payload: { fundedSeats: 25 },
    });
  });

  it('reports unknown codes, missing licences, missing places and repeated rows', async () => {
    const job = await importCsv(
      row('P00', 5),
      row(programmes[0]!, 5, '54.9,23.9', '999999999'),
      row(programmes[2]!, 5),
      row(programmes[0]!, 5, ','),
      row(programmes[1]!, 10),
      row(programmes[1]!, 11),
    );
    expect(job).toMatchObject({ state: 'DONE', failed: 5, unchanged: 1 });
    expect(await faults(job)).toEqual([
      '2 /programmeCode PROGRAMME_UNKNOWN',
      '3 /institutionCode INSTITUTION_UNKNOWN',
      '4 /programmeCode NO_LICENCE',
      ...['5 /latitude IS_LATITUDE', '5 /latitude IS_NUMBER', '5 /longitude IS_LONGITUDE', '5 /longitude IS_NUMBER'],
      '7 /programmeCode ROW_REPEATED',
    ]);
  });

  it('is closed once the stage opens', async () => {
    admission.at(during);
    const job = await importCsv(row(programmes[0]!, 30));
    expect(await faults(job)).toEqual(['2 /stageId STAGE_OPENED']);
    admission.at(before);
  });

  it('is closed to schools and without the scope', async () => {
    const file = `${header}\n${row(programmes[0]!, 20)}`;
    const csv = { 'content-type': 'text/csv' };
    await api
      .as({ scopes: ['admission.offerings:read'], national: true })
      .post('/imports?kind=offerings', file, csv)
      .expect(403);
    await api
      .as({ scopes: ['admission.offerings:write'], institutions: ['0198c0de-0000-7000-8000-000000000001'] })
      .post('/imports?kind=offerings', file, csv)
      .expect(403);
  });
});
