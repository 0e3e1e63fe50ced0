import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  DecisionGrantedV1,
  DecisionReinstatedV1,
  DecisionRevokedV1,
  DecisionSuspendedV1,
} from '@meistras/contracts/events/accreditation/decision';
import { Registers } from '../src/register/registers.js';
import { aProgramme, registrar, startRegisters } from './builders.js';

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
  beforeEach(() => api.clock.set('2026-10-01T10:00:00Z'));
  const read = async (path: string, status = 200) => (await api.anonymous().get(path).expect(status)).body;
  const idsOf = async (query: string): Promise<string[]> =>
    (await read(`/licences?${query}`)).items.map(({ id }: { id: string }) => id);

  it('a granted decision is a licence, found by holder, programme and day, and announced', async () => {
    const granted = aDecision({ validTo: '2031-09-01' });
    await api.consume(DecisionGrantedV1, granted);
    const { decisionId: id, institutionId, programmeId } = granted;
    expect(await read(`/licences/${id}`)).toEqual({
      ...{ id, version: 1, institutionId, programmeId, state: 'ISSUED', legalBasis: 'V-101' },
      ...{ validFrom: '2026-09-01', validTo: '2031-09-01', recordedAt: '2026-10-01T10:00:00.000Z' },
      provider: 'accreditation',
    });
    expect(await idsOf(`programmeId=${programmeId}&institutionId=${institutionId}&state=ISSUED`)).toEqual([id]);
    expect(await idsOf(`programmeId=${randomUUID()}`)).toEqual([]);
    expect(await api.events('registers.licence')).toMatchObject([
      { type: 'registers.licence.issued.v1', key: id, version: 1, payload: { state: 'ISSUED', validTo: '2031-09-01' } },
    ]);
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

  it('a suspension of one programme leaves the rest, ends by reinstatement, and takes effect by itself', async () => {
    const one = aDecision();
    const { institutionId } = one;
    const other = aDecision({ institutionId });
    for (const each of [one, other]) await api.consume(DecisionGrantedV1, each);
    const suspended = { ...one, version: 2, state: 'SUSPENDED' as const, suspensions: ['2026-11-01/..'] };
    await api.consume(DecisionSuspendedV1, { ...suspended, actNumber: 'V-150' });
    const whole = (day: string) => read(`/licences/of-institution/${institutionId}?validOn=${day}`);
    expect(await whole('2026-10-31')).toMatchObject({ state: 'ISSUED', suspensionScope: [] });
    expect(await whole('2026-11-01')).toMatchObject({
      state: 'SUSPENDED',
      suspensionScope: [one.programmeId],
      programmes: expect.arrayContaining([
        expect.objectContaining({ id: one.decisionId, state: 'SUSPENDED', legalBasis: 'V-150' }),
        expect.objectContaining({ id: other.decisionId, state: 'ISSUED', legalBasis: 'V-101' }),
      ]),
    });
    api.clock.set('2026-11-01T10:00:00Z');
    while ((await api.app.get(Registers).turn()) > 0);
    expect(await read(`/licences/${one.decisionId}`)).toMatchObject({ state: 'SUSPENDED', version: 3 });
    const reinstated = { ...one, version: 3, suspensions: ['2026-11-01/2026-12-01'], actNumber: 'V-160' };
    await api.consume(DecisionReinstatedV1, reinstated);
    expect(await whole('2026-11-30')).toMatchObject({ state: 'SUSPENDED' });
    expect(await whole('2026-12-01')).toMatchObject({ state: 'ISSUED', suspensionScope: [] });
    const events = (await api.events('registers.licence')).filter(({ key }) => key === one.decisionId);
    expect(events.map(({ version, payload }) => [version, payload['state']])).toEqual([
      [1, 'ISSUED'],
      [2, 'ISSUED'],
      [3, 'SUSPENDED'],
      [4, 'SUSPENDED'],
    ]);
    const { body: knownThen } = await api
      .anonymous()
      .get(`/licences/${one.decisionId}?validOn=2026-12-15&knownOn=2026-10-31`);
    expect(knownThen).toMatchObject({ state: 'SUSPENDED', legalBasis: 'V-150' });
  });

  it('a revocation ends it on its effective day; replays and late events change nothing', async () => {
    const granted = aDecision();
    const revoked = { ...granted, version: 2, state: 'REVOKED' as const, validTo: '2026-10-01', actNumber: 'V-202' };
    const stored = (): Promise<object> => read(`/licences/${granted.decisionId}`);
    await api.consume(DecisionGrantedV1, granted);
    await api.consume(DecisionRevokedV1, revoked);
    const after = await stored();
    expect(after).toMatchObject({ version: 2, state: 'REVOKED', validFrom: '2026-10-01', legalBasis: 'V-202' });
    expect(await read(`/licences/${granted.decisionId}?validOn=2026-09-30`)).toMatchObject({ state: 'ISSUED' });
    await api.consume(DecisionRevokedV1, revoked);
    await api.consume(DecisionGrantedV1, granted);
    expect(await stored()).toEqual(after);

    const late = { decisionId: randomUUID() };
    await api.consume(DecisionRevokedV1, { ...revoked, ...late });
    await api.consume(DecisionGrantedV1, { ...granted, ...late });
    expect(await read(`/licences/${late.decisionId}`)).toEqual({ ...after, id: late.decisionId, version: 1 });
    const { items } = await read(`/licences/${late.decisionId}/history`);
    expect(items.map(({ facts }: { facts: { state: string } }) => facts.state)).toEqual(['REVOKED', 'ISSUED']);
  });

  it('says who may run the programme of a code on a day', async () => {
    const { body: programme } = await api.as(registrar).post('/programmes', aProgramme()).expect(201);
    const [runs, ended] = [aDecision({ programmeId: programme.id }), aDecision({ programmeId: programme.id })];
    await api.consume(DecisionGrantedV1, runs);
    await api.consume(DecisionRevokedV1, { ...ended, state: 'REVOKED', validTo: '2026-10-01' });
    const path = `/programmes/by-code/SMPKR/${programme.code}/providers`;
    const { decisionId: licenceId, institutionId } = runs;
    expect(await read(path)).toEqual({ items: [{ institutionId, licenceId, validFrom: '2026-09-01' }] });
    await api.anonymous().get('/programmes/by-code/SMPKR/P43999999/providers').expect(404);
  });

  it('refuses a day that is none and an id that is none', async () => {
    await read('/licences?validOn=2026-02-30', 400);
    await read('/licences?institutionId=7', 400);
    await read(`/licences/${randomUUID()}`, 404);
    await read(`/licences/of-institution/${randomUUID()}`, 404);
  });
});
