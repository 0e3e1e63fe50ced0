import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentEndedV1, EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { Commitment } from '../src/commitments/commitment.entity.js';
import { finance } from '../src/data-source.js';
import { aStartedEnrolment, ministry, schoolOf } from './builders.js';

interface Line {
  business_key: string;
  account_code: string;
  debit: string;
  credit: string;
}

describe('a commitment', () => {
  const api = startService(finance, features);
  beforeAll(async () => {
    await api
      .as(ministry)
      .post('/funding-rates', { amountMinor: 4_000, currency: 'EUR', validFrom: '2026-01-01', act: 'Order 1' })
      .expect(201);
  });
  const commitmentOf = (enrolmentId: string): Promise<Commitment | null> =>
    api.db.manager.findOneBy(Commitment, { enrolmentId });
  const linesOf = (enrolmentId: string): Promise<Line[]> =>
    api.db.query(
      `SELECT e.business_key, l.account_code, l.debit_minor AS debit, l.credit_minor AS credit
       FROM entry_line l JOIN entry e ON e.id = l.entry_id WHERE l.enrolment_id = $1 ORDER BY e.business_key, l.line`,
      [enrolmentId],
    );
  const ended = (enrolment: EnrolmentStartedV1, facts: Partial<EnrolmentEndedV1>): EnrolmentEndedV1 => ({
    ...enrolment,
    version: 3,
    state: 'TERMINATED',
    ...facts,
  });

  it('binds the year’s funds when a state-funded enrolment starts, once (F-FIN-1)', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentStartedV1, enrolment);
    await api.consume(EnrolmentStartedV1, enrolment);
    const commitment = await commitmentOf(enrolment.enrolmentId);
    expect(commitment).toMatchObject({
      amountMinor: '144000',
      creditsHundredths: 3_600,
      calendarYear: 2026,
      state: 'ACTIVE',
      version: 1,
    });
    expect(await linesOf(enrolment.enrolmentId)).toEqual([
      {
        business_key: `funding:${enrolment.enrolmentId}:2026:1`,
        account_code: '2220001',
        debit: '144000',
        credit: '0',
      },
      {
        business_key: `funding:${enrolment.enrolmentId}:2026:1`,
        account_code: '4210001',
        debit: '0',
        credit: '144000',
      },
    ]);
    expect((await api.events()).filter(({ key }) => key === commitment?.id)).toMatchObject([
      {
        type: 'finance.commitment.created.v1',
        version: 1,
        payload: { amountMinor: 144_000, enrolmentId: enrolment.enrolmentId },
      },
    ]);
  });

  it('is partly reversed when the learner leaves (R-FIN-11, F-FIN-4)', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentStartedV1, enrolment);
    await api.consume(EnrolmentEndedV1, ended(enrolment, { endedOn: '2026-03-31' }));
    expect(await commitmentOf(enrolment.enrolmentId)).toMatchObject({
      amountMinor: '71602',
      committedMinor: '144000',
      state: 'ENDED',
      version: 2,
    });
    expect((await linesOf(enrolment.enrolmentId)).slice(2)).toMatchObject([
      { account_code: '4210001', debit: '72398', credit: '0' },
      { account_code: '2220001', debit: '0', credit: '72398' },
    ]);
  });

  it('is the same when the end arrives alone, and a late start changes nothing', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentEndedV1, ended(enrolment, { endedOn: '2026-03-31' }));
    await api.consume(EnrolmentStartedV1, enrolment);
    expect(await commitmentOf(enrolment.enrolmentId)).toMatchObject({
      amountMinor: '71602',
      state: 'ENDED',
      version: 2,
    });
    expect(await linesOf(enrolment.enrolmentId)).toHaveLength(4);
  });

  it('is wholly reversed when the agreement ended before teaching started (R-FIN-13)', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentStartedV1, enrolment);
    await api.consume(EnrolmentEndedV1, ended(enrolment, { state: 'CANCELLED', endedOn: '2025-12-20' }));
    expect(await commitmentOf(enrolment.enrolmentId)).toMatchObject({ amountMinor: '0', state: 'ENDED' });
  });

  it('stays whole when the learner completes', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentStartedV1, enrolment);
    await api.consume(EnrolmentEndedV1, ended(enrolment, { state: 'COMPLETED', endedOn: '2026-05-31' }));
    expect(await commitmentOf(enrolment.enrolmentId)).toMatchObject({ amountMinor: '144000', state: 'ENDED' });
    expect(await linesOf(enrolment.enrolmentId)).toHaveLength(2);
  });

  it('is not made for a place that the learner pays', async () => {
    const enrolment = aStartedEnrolment({ fundingSource: '0' });
    await api.consume(EnrolmentStartedV1, enrolment);
    expect(await commitmentOf(enrolment.enrolmentId)).toBeNull();
  });

  it('waits, parked, for a rate that is not published', async () => {
    const enrolment = aStartedEnrolment({ startsOn: '2025-09-01', plannedEndOn: '2026-06-30' });
    await expect(api.consume(EnrolmentStartedV1, enrolment)).rejects.toThrow(
      'There is no funding rate for every day of training in 2025',
    );
    expect(await commitmentOf(enrolment.enrolmentId)).toBeNull();
  });

  it('is seen by its institution and the ministry alone', async () => {
    const enrolment = aStartedEnrolment();
    await api.consume(EnrolmentStartedV1, enrolment);
    const { id } = (await commitmentOf(enrolment.enrolmentId)) ?? { id: '' };
    const [own, foreign] = [api.as(schoolOf(enrolment.institutionId)), api.as(schoolOf(randomUUID()))];
    await own.get(`/commitments/${id}`).expect(200);
    await api.as(ministry).get(`/commitments/${id}`).expect(200);
    await foreign.get(`/commitments/${id}`).expect(404);
    await foreign.get(`/commitments?institutionId=${enrolment.institutionId}`).expect(404);
    expect((await foreign.get('/commitments').expect(200)).body.items).toEqual([]);
    expect((await foreign.get('/commitments/changes').expect(200)).body.items).toEqual([]);
    expect((await foreign.get('/entries').expect(200)).body.items).toEqual([]);
    expect((await foreign.get('/balances').expect(200)).body.items).toEqual([]);
    expect((await own.get('/entries').expect(200)).body.items).toHaveLength(1);
    expect((await own.get('/balances').expect(200)).body.items).toMatchObject([
      { accountCode: '2220001', balanceMinor: 144_000 },
      { accountCode: '4210001', balanceMinor: -144_000 },
    ]);
  });
});

describe('the ledger', () => {
  const api = startService(finance, features);
  const entry = `INSERT INTO entry (id, business_key, booked_on, cause_event_id, recorded_at) VALUES ($1, $2, '2026-01-01', $1, now())`;
  const line = `INSERT INTO entry_line VALUES ($1, $2, '2220001', $3, $4, 'EUR', '11', $1, $1, $1)`;

  it('refuses an entry that does not balance, when the transaction ends (R-FIN-32)', async () => {
    const id = randomUUID();
    const write = api.db.transaction(async (tx) => {
      await tx.query(entry, [id, `test:${id}`]);
      await tx.query(line, [id, 1, 100, 0]);
      await tx.query(line, [id, 2, 0, 99]);
    });
    await expect(write).rejects.toThrow('does not balance');
    const empty = api.db.transaction((tx) => tx.query(entry, [randomUUID(), `test:${id}`]));
    await expect(empty).rejects.toThrow('does not balance');
  });

  it.each([
    ['amount 0', 0, 0],
    ['both sides', 5, 5],
    ['a negative side', -5, 0],
  ])('refuses a line with %s', async (_, debit, credit) => {
    const id = randomUUID();
    const write = api.db.transaction(async (tx) => {
      await tx.query(entry, [id, `test:${id}`]);
      await tx.query(line, [id, 1, debit, credit]);
    });
    await expect(write).rejects.toThrow('entry_line_one_side');
  });

  it.each([
    'UPDATE entry SET booked_on = now()',
    'DELETE FROM entry',
    'UPDATE entry_line SET debit_minor = 1',
    'DELETE FROM entry_line',
    'TRUNCATE entry CASCADE',
  ])('lets the service not even try: %s', async (sql) => {
    await expect(api.db.query(sql)).rejects.toThrow('permission denied');
  });

  it('publishes one rate for a day', async () => {
    const rate = { amountMinor: 4_000, currency: 'EUR', validFrom: '2026-01-01', act: 'Order 1' };
    const { body } = await api.as(ministry).post('/funding-rates', rate).expect(201);
    await api.as(ministry).post('/funding-rates', rate).expect(409);
    await api
      .as(ministry)
      .post('/funding-rates', { ...rate, amountMinor: 0, validFrom: '2026-02-30' })
      .expect(422);
    await api.as(schoolOf(randomUUID())).post('/funding-rates', rate).expect(403);
    expect((await api.as(ministry).get('/funding-rates').expect(200)).body.items).toEqual([body]);
  });
});
