import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { anInstitution, aProgramme, faultsOf, registrar, startRegisters } from './builders.js';

const scopes = [...registrar.scopes, 'registers.programme-drafts:read', 'registers.programme-drafts:write'];
const administrator: Caller = { scopes, national: true, clientId: 'administrator' };

describe('a programme that its provider proposes', () => {
  const api = startRegisters();
  let [own, other] = ['', ''];
  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    );
  });
  const provider = (institution: string): Caller => ({ scopes, institutions: [institution], clientId: 'provider' });
  const propose = async (more = {}) =>
    (
      await api
        .as(provider(own))
        .post('/programme-drafts', { institutionId: own, facts: aProgramme(more) })
        .expect(201)
    ).body;
  const decide = (who: Caller, { id, version }: { id: string; version: number }, what: string, body: object = {}) =>
    api.as(who).put(`/programme-drafts/${id}/${what}`, body, { 'if-match': `"${version}"` });
  const byCode = async (code: string) => (await api.anonymous().get(`/programmes?code=${code}`).expect(200)).body.items;

  it('is in the register and announced when an administrator confirms it', async () => {
    const draft = await propose({ code: 'P43061381' });
    expect(draft).toMatchObject({ state: 'DRAFT', institutionId: own, proposedBy: 'provider' });
    expect(await byCode('P43061381')).toEqual([]);
    await decide(provider(own), draft, 'confirmation').expect(403);
    const { body } = await decide(administrator, draft, 'confirmation').expect(200);
    expect(body).toMatchObject({ state: 'REGISTERED', version: 2, decidedBy: 'administrator' });
    expect(await byCode('P43061381')).toMatchObject([{ id: body.entryId, provider: 'administrator' }]);
    const events = (await api.events('registers.programme')).filter(({ key }) => key === body.entryId);
    expect(events.map(({ type }) => type)).toEqual(['registers.programme.registered.v1']);
    await decide(administrator, body, 'rejection', { reason: 'Late' }).expect(409);
  });

  it('is rejected with a reason, or confirmed only as it may be registered', async () => {
    const [rejected, faulty] = [
      await propose({ code: 'P43061382' }),
      await propose({ code: 'P43061383', credits: 20 }),
    ];
    const { body } = await decide(administrator, rejected, 'rejection', { reason: 'No demand' }).expect(200);
    expect(body).toMatchObject({ state: 'REJECTED', reason: 'No demand' });
    const { body: problem } = await decide(administrator, faulty, 'confirmation').expect(422);
    expect(faultsOf(problem)[0]).toMatch(/^\/credits/);
    expect([await byCode('P43061382'), await byCode('P43061383')]).toEqual([[], []]);
    const { body: still } = await api.as(provider(own)).get(`/programme-drafts/${faulty.id}`).expect(200);
    expect(still).toMatchObject({ state: 'DRAFT', version: 1 });
  });

  it('is seen by its institution and nationally, and proposed for one’s own institution alone', async () => {
    const { id } = await propose({ code: 'P43061384' });
    const ids = async (who: Caller) =>
      (await api.as(who).get('/programme-drafts?limit=500').expect(200)).body.items.map(
        (each: { id: string }) => each.id,
      );
    expect([await ids(provider(own)), await ids(administrator)].every((each) => each.includes(id))).toBe(true);
    expect(await ids(provider(other))).toEqual([]);
    for (const each of [id, randomUUID()]) await api.as(provider(other)).get(`/programme-drafts/${each}`).expect(404);
    const foreign = { institutionId: own, facts: aProgramme() };
    await api.as(provider(other)).post('/programme-drafts', foreign).expect(404);
  });
});
