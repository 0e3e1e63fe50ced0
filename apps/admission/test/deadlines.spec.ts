import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { createService } from '@meistras/platform/bootstrap/bootstrap';
import { Clock } from '@meistras/platform/time/clock';
import { AdmissionConfig } from '../src/admission.config.js';
import { features } from '../src/app.module.js';
import { admission as definition } from '../src/data-source.js';
import { before, ministry, signature, schoolOf, startAdmission } from './builders.js';
import type { OfferingAt } from './builders.js';

const minute = 60_000;

describe('a deadline at 24:00 in Vilnius (R-ADM-12)', () => {
  const admission = startAdmission();
  const { api } = admission;

  it.each([
    ['in summer time', '2026-08-05T20:59:59.999Z', '2026-08-05T21:00:00.000Z'],
    ['on the day after which the clocks go back', '2026-10-24T20:59:59.999Z', '2026-10-24T21:00:00.000Z'],
    ['on the day on which the clocks go back', '2026-10-25T21:59:59.999Z', '2026-10-25T22:00:00.000Z'],
    ['on the day on which the clocks go forward', '2027-03-28T20:59:59.999Z', '2027-03-28T21:00:00.000Z'],
    ['in winter time', '2027-01-31T21:59:59.999Z', '2027-01-31T22:00:00.000Z'],
  ])('%s: the last millisecond counts, the next does not', async (_, last, late) => {
    admission.at(before);
    const until = Date.parse(late);
    const local = new Date(until).toLocaleTimeString('lt-LT', { timeZone: 'Europe/Vilnius' });
    expect(local).toBe('00:00:00');
    const stageId = await admission.aStage({
      ...{ applyFrom: '2026-06-01T05:00:00Z', applyUntil: late, startsOn: '2027-09-01' },
      signUntil: new Date(until + 10 * 24 * 60 * minute).toISOString(),
    });
    const offering = await admission.anOffering({ stageId });
    admission.at(last);
    await admission.anApplication(stageId, 8, [offering, 'VF']);
    admission.at(late);
    const learnerId = await admission.aLearner();
    const { body } = await api
      .as(ministry)
      .post('/applications', {
        ...{ learnerId, stageId, education: 'SECONDARY', grades: [] },
        preferences: [{ offeringId: offering.id, fundingType: 'VF' }],
      })
      .expect(409);
    expect(body.type).toMatch(/window-closed$/);
  });

  it('is the same hour a day later for who has a day more to sign, across a change of the clocks (R-ADM-30)', async () => {
    admission.at('2026-05-01T08:00:00Z');
    await api
      .as(ministry)
      .post('/policy-parameters', {
        ...{ code: 'adm.sign.extension', validFrom: '2026-09-01', legalBasis: 'V-500' },
        value: { ADDITIONAL: { over: 1, days: 1 } },
      })
      .expect(201);
    const stageId = await admission.aStage({
      ...{ type: 'ADDITIONAL', applyFrom: '2026-10-01T05:00:00Z', applyUntil: '2026-10-20T21:00:00Z' },
      ...{ signUntil: '2026-10-24T14:00:00Z', startsOn: '2026-11-02' }, // 17:00 in summer time
    });
    const many = await admission.anOffering({ stageId, fundedSeats: 2 });
    const few = await admission.anOffering({ stageId, fundedSeats: 1 });
    await admission.setPools(stageId, { '07': 3 });
    admission.at('2026-10-02T05:00:00Z');
    for (const offering of [many, many, few]) await admission.anApplication(stageId, 8, [offering, 'VF']);
    for (const { institutionId } of [many, few]) await admission.allSuitable(institutionId);
    admission.at('2026-10-21T05:00:00Z');
    await admission.publish((await admission.run(stageId))['id']);
    const signBy = new Map(
      (await admission.invitationsOf(stageId)).map((one) => [one['institutionId'], one['signBy']]),
    );
    expect(signBy.get(few.institutionId)).toBe('2026-10-24T14:00:00.000Z');
    expect(signBy.get(many.institutionId)).toBe('2026-10-25T15:00:00.000Z'); // 17:00 in winter time
    const sign = async (offering: OfferingAt) => {
      const one = (await admission.invitationsOf(stageId)).find(
        ({ institutionId, state }) => institutionId === offering.institutionId && state === 'ISSUED',
      );
      return api.as(schoolOf(offering.institutionId)).post(`/invitations/${one!['id']!}/agreement`, signature);
    };
    admission.at('2026-10-24T14:00:00.000Z');
    // Over, whether or not the clock has turned.
    expect((await sign(few)).status).toBe(409);
    await admission.settle();
    expect((await admission.invitationsOf(stageId)).map(({ state }) => state).sort()).toEqual([
      ...['ISSUED', 'ISSUED', 'LAPSED'],
    ]);
    admission.at('2026-10-25T14:59:59.999Z');
    expect((await sign(many)).status).toBe(201);
    admission.at('2026-10-25T15:00:00.000Z');
    expect((await sign(many)).status).toBe(409);
    await admission.settle();
    expect((await api.as(ministry).get(`/stages/${stageId}`)).body.state).toBe('CLOSED');
  });
});

/** A machine whose clock is wrong. */
class WrongClock extends Clock {
  constructor(private readonly aheadMs: number) {
    super();
  }

  override system(): number {
    return super.system() + this.aheadMs;
  }
}

describe('two instances, of which one machine’s clock is wrong', () => {
  const admission = startAdmission();
  const { api } = admission;
  const others: NestFastifyApplication[] = [];
  let stageId = '';
  let offering: OfferingAt;

  beforeAll(async () => {
    admission.at(before);
    stageId = await admission.aStage();
    offering = await admission.anOffering({ stageId });
    const config = Object.assign(new AdmissionConfig(), api.app.get(AdmissionConfig));
    for (const aheadMs of [5 * minute, -5 * minute]) {
      const app = await createService(definition, features, config, { clock: new WrongClock(aheadMs) });
      await app.init();
      await app.getHttpAdapter().getInstance().ready();
      others.push(app);
    }
  }, 60_000);
  afterAll(() => Promise.all(others.map((app) => app.close())));

  it('go by the one clock of their database', async () => {
    const [{ now }]: [{ now: Date }] = await api.db.query('SELECT clock_timestamp() AS now');
    for (const app of others) expect(Math.abs(app.get(Clock).now().getTime() - now.getTime())).toBeLessThan(minute / 2);
  });

  it.each([
    ['takes what comes before the deadline', 0, 2 * minute, 201],
    ['refuses what comes after it', 1, -2 * minute, 409],
  ])('the one that is %s', async (_, which, closesInMs, status) => {
    const now = Date.now();
    await api.db.query(
      `UPDATE stage SET state = 'OPEN', apply_from = $2, apply_until = $3, order_until = $3, suitability_until = $3,
         invite_from = $3, sign_from = $3, sign_until = $4 WHERE id = $1`,
      [stageId, new Date(now - 60 * minute), new Date(now + closesInMs), new Date(now + 60 * minute)],
    );
    const learnerId = await admission.aLearner(undefined, 2000);
    const body = {
      ...{ learnerId, stageId, education: 'SECONDARY', grades: [{ scale: 'TEN', value: 8 }] },
      preferences: [{ offeringId: offering.id, fundingType: 'VF' }],
    };
    await supertest(others[which]!.getHttpServer())
      .post('/admission/v1/applications')
      .set({ authorization: `Bearer ${await api.tokenOf(ministry)}`, 'idempotency-key': `deadline-${which}-0001` })
      .send(body)
      .expect(status);
  });
});
