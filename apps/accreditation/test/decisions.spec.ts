import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { accreditation } from '../src/data-source.js';
import { Decision } from '../src/decisions/decision.entity.js';
import { aGrant, aKnownPair, aProcedure, aRevocation, ministry } from './builders.js';

const api = startService(accreditation, features);

async function granted(facts = {}): Promise<{ decisionId: string; institutionId: string; programmeId: string }> {
  const { id, institutionId, programmeId } = await aProcedure(api, 'review');
  const { body } = await api.as(ministry).post(`/procedures/${id}/grant`, aGrant(facts)).expect(200);
  return { decisionId: body.decisionId, institutionId, programmeId };
}

describe('GET /decisions', () => {
  it('filters by holder, programme, state and day, and pages', async () => {
    const first = await granted({ validTo: '2031-09-01' });
    const second = await granted({ validFrom: '2030-09-01' });
    const { decisionId: third } = await aProcedure(api, 'review', 'grant', 'revoke');
    const idsOf = async (query: string): Promise<string[]> => {
      const { body } = await api.as(ministry).get(`/decisions?${query}`).expect(200);
      return body.items.map(({ id }: { id: string }) => id);
    };
    expect(await idsOf('')).toEqual([first.decisionId, second.decisionId, third]);
    expect(await idsOf(`institutionId=${first.institutionId}`)).toEqual([first.decisionId]);
    expect(await idsOf(`programmeId=${second.programmeId}`)).toEqual([second.decisionId]);
    expect(await idsOf('state=REVOKED')).toEqual([third]);
    expect(await idsOf('state=GRANTED')).toEqual([first.decisionId, second.decisionId]);
    expect(await idsOf('validOn=2026-10-01')).toEqual([first.decisionId, third]);
    expect(await idsOf('validOn=2030-09-01')).toEqual([first.decisionId, second.decisionId]);
    expect(await idsOf('validOn=2031-09-01')).toEqual([second.decisionId]);
    const { body: page } = await api.as(ministry).get('/decisions?limit=2').expect(200);
    expect(await idsOf(`limit=2&after=${page.next}`)).toEqual([third]);
    const { body: feed } = await api.as(ministry).get('/decisions/changes').expect(200);
    expect(feed.items).toHaveLength(4);
    await api.as(ministry).get('/decisions?validOn=tomorrow').expect(400);
  });

  it('sends an entity tag and answers 304', async () => {
    const { decisionId } = await granted();
    await api.as(ministry).get(`/decisions/${decisionId}`, { 'if-none-match': '"1"' }).expect(304);
    await api.as(ministry).get(`/decisions/${randomUUID()}`).expect(404);
  });

  it('rests on rows that the service cannot rewrite', async () => {
    const { decisionId: id } = await granted();
    await expect(api.db.manager.update(Decision, { id }, { actNumber: 'V-0' })).rejects.toThrow('permission denied');
    await expect(api.db.manager.delete(Decision, { id })).rejects.toThrow('permission denied');
  });

  it('of a procedure is not revoked past it', async () => {
    const { decisionId } = await granted();
    const { body } = await api.as(ministry).post(`/decisions/${decisionId}/revoke`, aRevocation()).expect(409);
    expect(body.type).toBe('urn:meistras:problem:accreditation:decision-of-procedure');
  });
});

describe('GET /rights/check (R-ACC-02)', () => {
  it.each([
    ['2026-08-31', false],
    ['2026-09-01', true],
    ['2031-08-31', true],
    ['2031-09-01', false],
  ])('on %s: %s, and names the decision', async (validOn, allowed) => {
    const { decisionId, institutionId, programmeId } = await granted({ validTo: '2031-09-01' });
    const query = `institutionId=${institutionId}&programmeId=${programmeId}&validOn=${validOn}`;
    const { body } = await api.as(ministry).get(`/rights/check?${query}`).expect(200);
    expect(body).toEqual(allowed ? { allowed, decisionId } : { allowed });
  });

  it.each([
    ['2026-12-31', true],
    ['2027-01-01', false],
  ])('of a right revoked from 2027-01-01, on %s: %s (R-ACC-04)', async (validOn, allowed) => {
    const { institutionId, programmeId } = await aProcedure(api, 'review', 'grant', 'revoke');
    const query = `institutionId=${institutionId}&programmeId=${programmeId}&validOn=${validOn}`;
    const { body } = await api.as(ministry).get(`/rights/check?${query}`).expect(200);
    expect(body.allowed).toBe(allowed);
  });

  it('asks about today if no day is given, and about exactly this pair', async () => {
    const { institutionId, programmeId } = await granted({ validFrom: '2026-01-01' });
    const other = await aKnownPair(api);
    const check = async (pair: object): Promise<boolean> => {
      const query = new URLSearchParams(pair as Record<string, string>).toString();
      return (await api.as(ministry).get(`/rights/check?${query}`).expect(200)).body.allowed;
    };
    api.clock.set('2025-12-31T21:59:59Z');
    expect(await check({ institutionId, programmeId })).toBe(false);
    api.clock.set('2025-12-31T22:00:00Z'); // midnight in Vilnius
    expect(await check({ institutionId, programmeId })).toBe(true);
    expect(await check({ institutionId, programmeId: other.programmeId })).toBe(false);
    expect(await check({ institutionId: other.institutionId, programmeId })).toBe(false);
    await api.as(ministry).get('/rights/check').expect(400);
  });
});
