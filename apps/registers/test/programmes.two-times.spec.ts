import { beforeEach, describe, expect, it } from '@jest/globals';
import { aProgramme, faultsOf, registrar, startRegisters } from './builders.js';

describe('the two times of a programme', () => {
  const api = startRegisters();
  const client = () => api.as(registrar);
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  it('answers what it led to on a day, and keeps its history', async () => {
    const stated = aProgramme({ credits: 60, validFrom: '2025-09-01' });
    const { codeScheme, code, ...facts } = stated;
    const { body: first } = await client().post('/programmes', stated).expect(201);
    const change = { ...facts, credits: 70, validFrom: '2026-01-10' };
    await client().put(`/programmes/${first.id}`, change, { 'if-match': '"1"' }).expect(200);
    const { body: before } = await client().get(`/programmes/${first.id}?validOn=2026-01-09`).expect(200);
    expect(before).toMatchObject({ codeScheme, code, credits: 60, validTo: '2026-01-10' });
    const { body: listed } = await client().get('/programmes?validOn=2026-01-09&fieldCode=061&eqfLevel=4').expect(200);
    expect(listed.items).toMatchObject([{ id: first.id, credits: 60 }]);
    const { body: history } = await client().get(`/programmes/${first.id}/history`).expect(200);
    expect(history.items[0].changes).toEqual([{ property: 'credits', before: 60, after: 70 }]);
  });

  it('is taken off the register from a day on, once', async () => {
    const { body: first } = await client()
      .post('/programmes', aProgramme({ validFrom: '2025-09-01' }))
      .expect(201);
    const end = { validFrom: '2026-01-10', legalBasis: 'V-12' };
    const { body } = await client()
      .put(`/programmes/${first.id}/deregistration`, end, { 'if-match': '"1"' })
      .expect(200);
    expect(body).toMatchObject({ state: 'DEREGISTERED', legalBasis: 'V-12' });
    await client().put(`/programmes/${first.id}/deregistration`, end, { 'if-match': '"2"' }).expect(409);
  });

  it('changes its code, keeps both and announces both (R-REG-31)', async () => {
    const { body: first } = await client().post('/programmes', aProgramme()).expect(201);
    const wrong = { codeScheme: 'SMPKR', code: 'X43061301' };
    const { body: refused } = await client()
      .put(`/programmes/${first.id}/code`, wrong, { 'if-match': '"1"' })
      .expect(422);
    expect(faultsOf(refused)).toHaveLength(1);
    const code = aProgramme().code;
    await client()
      .put(`/programmes/${first.id}/code`, { codeScheme: 'SMPKR', code }, { 'if-match': '"1"' })
      .expect(200);
    const [, event] = (await api.events()).filter(({ key }) => key === first.id);
    expect(event).toMatchObject({
      type: 'registers.programme.key-changed.v1',
      payload: { code, previousCode: first.code, previousCodeScheme: 'SMPKR' },
    });
  });
});
