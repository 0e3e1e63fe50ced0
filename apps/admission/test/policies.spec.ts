import { describe, expect, it } from '@jest/globals';
import { before, ministry, schoolOf, startAdmission } from './builders.js';

const limits = { WINTER: 2, SUMMER: 4, ADDITIONAL: 2, FREE_PLACES: 2 };
const change = {
  ...{ code: 'adm.limit', value: limits, validFrom: '2027-01-01', legalBasis: 'V-373, 2026-11-02, p. 12' },
};

describe('POST /policy-parameters', () => {
  const admission = startAdmission();
  const { api } = admission;
  const inForce = async (code: string) =>
    (await api.as(ministry).get(`/policy-parameters?code=${code}`).expect(200)).body.items.map(
      ({ validFrom, validTo, value }: Record<string, unknown>) => ({ validFrom, validTo, value }),
    );

  it('changes the law of next year without code, and leaves this year as it is', async () => {
    admission.at(before);
    const { body } = await api.as(ministry).post('/policy-parameters', change).expect(201);
    expect(body).toMatchObject({ ...change, unit: 'preferences' });
    expect((await inForce('adm.limit')).slice(-2)).toEqual([
      { validFrom: '2018-01-01', validTo: '2027-01-01', value: { ...limits, SUMMER: 3 } },
      { validFrom: '2027-01-01', value: limits },
    ]);
    const { body: thisYear } = await api.as(ministry).get(`/stages/${await admission.aStage()}`);
    const nextYear = await admission.aStage({
      ...{ applyFrom: '2027-05-31T21:00:00Z', applyUntil: '2027-08-05T21:00:00Z', signUntil: '2027-08-17T14:00:00Z' },
      startsOn: '2027-09-01',
    });
    const { body: next } = await api.as(ministry).get(`/stages/${nextYear}`);
    expect([thisYear.preferenceLimit, next.preferenceLimit]).toEqual([3, 4]);
    expect(next.limitBasis).toBe(change.legalBasis);
  });

  it('takes a second word on the same day as the last one, keeps both, and fits one in between', async () => {
    admission.at(before);
    const state = (value: number, validFrom: string) =>
      api.as(ministry).post('/policy-parameters', {
        ...{ code: 'adm.order.extraDays', value, validFrom, legalBasis: 'V-400' },
      });
    await state(3, '2028-01-01').expect(201);
    await state(2, '2028-01-01').expect(201);
    await state(1, '2027-06-01').expect(201);
    expect(await inForce('adm.order.extraDays')).toEqual([
      { validFrom: '2000-01-01', validTo: '2027-06-01', value: 0 },
      { validFrom: '2027-06-01', validTo: '2028-01-01', value: 1 },
      { validFrom: '2028-01-01', value: 2 },
    ]);
    const words = await api.db.query(
      `SELECT value, stated_by FROM policy_statement WHERE code = 'adm.order.extraDays' ORDER BY id`,
    );
    expect(words).toEqual([3, 2, 1].map((value) => ({ value, stated_by: 'ministry' })));
  });

  it('refuses what is in force, what no rule reads and what has not its form, all at once', async () => {
    admission.at(before);
    const { body } = await api
      .as(ministry)
      .post('/policy-parameters', { ...change, value: { SUMMER: 0 }, validFrom: '2026-05-01' })
      .expect(422);
    expect(body.errors).toMatchObject([
      { pointer: '/value', code: 'VALUE' },
      { pointer: '/validFrom', code: 'IN_FORCE' },
    ]);
    await api
      .as(ministry)
      .post('/policy-parameters', { ...change, code: 'adm.unheard' })
      .expect(422);
  });

  it('is for the ministry alone', async () => {
    await api.as(schoolOf('0198c0de-0000-7000-8000-00000000ffff')).post('/policy-parameters', change).expect(403);
  });
});
