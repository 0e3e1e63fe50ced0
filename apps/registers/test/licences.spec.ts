import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DecisionGrantedV1, DecisionRevokedV1 } from '@meistras/contracts/events/accreditation/decision';
import { registrar, startRegisters } from './builders.js';

function aDecision(facts: Partial<DecisionGrantedV1> = {}): DecisionGrantedV1 {
  return {
    decisionId: randomUUID(),
    version: 1,
    institutionId: randomUUID(),
    programmeId: randomUUID(),
    state: 'GRANTED',
    validFrom: '2026-09-01',
    actNumber: 'V-101',
    ...facts,
  };
}

describe('licences follow the decisions of accreditation (R-REG-14)', () => {
  const api = startRegisters();
  const idsOf = async (query: string): Promise<string[]> => {
    const { body } = await api.as(registrar).get(`/licences?${query}`).expect(200);
    return body.items.map(({ id }: { id: string }) => id);
  };

  it('a granted decision is a licence, found by holder, programme and day', async () => {
    const granted = aDecision({ validTo: '2031-09-01' });
    await api.consume(DecisionGrantedV1, granted);
    const { decisionId: id, ...facts } = granted;
    const { body, headers } = await api.as(registrar).get(`/licences/${id}`).expect(200);
    expect(body).toEqual({ id, ...facts });
    expect(headers['etag']).toBe('"1"');
    expect(await idsOf(`institutionId=${granted.institutionId}`)).toEqual([id]);
    expect(await idsOf(`programmeId=${granted.programmeId}&institutionId=${granted.institutionId}`)).toEqual([id]);
    expect(await idsOf(`programmeId=${randomUUID()}`)).toEqual([]);
  });

  it.each([
    ['2026-08-31', false],
    ['2026-09-01', true],
    ['2031-08-31', true],
    ['2031-09-01', false],
  ])('on %s holds: %s', async (day, holds) => {
    const granted = aDecision({ validTo: '2031-09-01' });
    await api.consume(DecisionGrantedV1, granted);
    const found = await idsOf(`institutionId=${granted.institutionId}&validOn=${day}`);
    expect(found).toEqual(holds ? [granted.decisionId] : []);
  });

  it('a revocation ends it on its effective day; replays and late events change nothing', async () => {
    const granted = aDecision();
    const revoked = { ...granted, version: 2, state: 'REVOKED' as const, validTo: '2027-01-01', actNumber: 'V-202' };
    const read = async (): Promise<object> => (await api.as(registrar).get(`/licences/${granted.decisionId}`)).body;
    await api.consume(DecisionGrantedV1, granted);
    await api.consume(DecisionRevokedV1, revoked);
    const after = await read();
    expect(after).toMatchObject({ version: 2, state: 'REVOKED', validTo: '2027-01-01', actNumber: 'V-202' });
    await api.consume(DecisionRevokedV1, revoked);
    await api.consume(DecisionGrantedV1, granted);
    expect(await read()).toEqual(after);

    const late = { decisionId: randomUUID() };
    await api.consume(DecisionRevokedV1, { ...revoked, ...late });
    await api.consume(DecisionGrantedV1, { ...granted, ...late });
    const { body } = await api.as(registrar).get(`/licences/${late.decisionId}`).expect(200);
    expect(body).toEqual({ ...after, id: late.decisionId });
  });

  it('refuses a day that is none and an id that is none', async () => {
    await api.as(registrar).get('/licences?validOn=2026-02-30').expect(400);
    await api.as(registrar).get('/licences?institutionId=7').expect(400);
    await api.as(registrar).get(`/licences/${randomUUID()}`).expect(404);
  });
});
