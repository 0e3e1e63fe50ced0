import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asAdmin } from '@meistras/testing/test-database';
import type { Caller } from '@meistras/testing/tokens';
import { Draft } from '../src/drafts/draft.entity.js';
import { aJarCode, anInstitution, faultsOf, registrar, school, startRegisters } from './builders.js';

const scopes = [...registrar.scopes, 'registers.institution-drafts:read'];
const ministry: Caller = { scopes, national: true, clientId: 'ministry' };
const municipality = (code: string): Caller => ({ scopes, municipalities: [code], clientId: `municipality-${code}` });
const hashes = { pledgeHash: '1'.repeat(64), dataCardHash: '2'.repeat(64) };
const attested = { statutesOn: '2025-11-03', statutesNameEducation: true };

describe('R-REG-06: an institution is registered upon its statutes, a pledge and a data card', () => {
  const api = startRegisters();
  beforeEach(() => api.clock.set('2026-01-10T10:00:00Z'));

  const facts = (more = {}) => anInstitution({ type: 'GENERAL', municipalityCode: 'LT-16', ...more });
  const propose = async (who: Caller, more = {}) =>
    (
      await api
        .as(who)
        .post('/institution-drafts', { facts: facts(more), ...hashes })
        .expect(201)
    ).body;
  const decide = (who: Caller, { id, version }: { id: string; version: number }, what: string, body: object) =>
    api.as(who).put(`/institution-drafts/${id}/${what}`, body, { 'if-match': `"${version}"` });
  const byCode = async (code: string) =>
    (await api.anonymous().get(`/institutions?code=${code}`).expect(200)).body.items;
  const eventsOf = async (code: string) =>
    (await api.events('registers.institution')).filter(({ payload }) => payload['code'] === code);
  const require = async (value: string): Promise<void> => {
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    const sql = `UPDATE policy_parameter SET value = '${value}' WHERE code = 'reg.institution.attestations'`;
    await asAdmin((admin) => admin.query(sql), row?.name);
  };
  afterEach(() => require('false'));

  it('is a draft that nobody reads in the register, until it is confirmed; then it is announced', async () => {
    const draft = await propose(municipality('LT-16'));
    const { code } = draft.facts;
    expect(draft).toMatchObject({ state: 'DRAFT', attestations: hashes, proposedBy: 'municipality-LT-16', version: 1 });
    expect([await byCode(code), await eventsOf(code)]).toEqual([[], []]);
    const { body } = await decide(municipality('LT-16'), draft, 'confirmation', attested).expect(200);
    expect(body).toMatchObject({
      ...{ state: 'REGISTERED', version: 2, decidedBy: 'municipality-LT-16', entryId: expect.any(String) },
      attestations: { ...hashes, ...attested },
    });
    expect(await byCode(code)).toMatchObject([{ id: body.entryId, name: draft.facts.name, validFrom: '2026-01-10' }]);
    expect((await eventsOf(code)).map(({ type }) => type)).toEqual(['registers.institution.registered.v1']);
    const again = await decide(ministry, body, 'confirmation', attested).expect(409);
    expect(again.body.type).toBe('urn:meistras:problem:registers:draft-decided');
  });

  it('is rejected with a reason, and stays out of the register', async () => {
    const draft = await propose(ministry);
    expect(faultsOf((await decide(ministry, draft, 'rejection', {}).expect(422)).body)[0]).toMatch(/^\/reason/);
    const { body } = await decide(ministry, draft, 'rejection', { reason: 'Statutes name no education' }).expect(200);
    expect(body).toMatchObject({ state: 'REJECTED', reason: 'Statutes name no education' });
    expect(body).not.toHaveProperty('entryId');
    expect(await byCode(draft.facts.code)).toEqual([]);
    await decide(ministry, body, 'confirmation', attested).expect(409);
  });

  it('is not confirmed without statutes that name education, nor as it may not be registered, nor twice at once', async () => {
    const draft = await propose(ministry);
    const { body } = await decide(ministry, draft, 'confirmation', {
      ...{ statutesOn: '2026-01-11', statutesNameEducation: false },
    }).expect(422);
    expect(faultsOf(body)).toEqual(['/statutesNameEducation NOT_ATTESTED', '/statutesOn IN_FUTURE']);
    const other = await propose(ministry, { municipalityCode: 'LT-99' });
    await decide(ministry, other, 'confirmation', attested).expect(422);
    const taken = await propose(ministry, { code: draft.facts.code });
    const both = await Promise.all([draft, taken].map((each) => decide(ministry, each, 'confirmation', attested)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    await decide(ministry, draft, 'confirmation', attested).expect((answer) =>
      expect([409, 412]).toContain(answer.status),
    );
    const states = (await api.db.manager.findBy(Draft, { id: other.id })).map(({ state }) => state);
    expect(states).toEqual(['DRAFT']);
  });

  it('is seen and decided by the municipality that it lies in, as it may enter it (R-REG-07)', async () => {
    const [near, far] = [municipality('LT-16'), municipality('LT-43')];
    const draft = await propose(near);
    const ids = async (who: Caller) =>
      (await api.as(who).get('/institution-drafts?state=DRAFT&limit=500').expect(200)).body.items.map(
        (each: { id: string }) => each.id,
      );
    expect(await ids(near)).toContain(draft.id);
    expect(await ids(ministry)).toContain(draft.id);
    expect(await ids(far)).not.toContain(draft.id);
    for (const id of [draft.id, randomUUID()]) {
      await api.as(far).get(`/institution-drafts/${id}`).expect(404);
      await decide(far, { id, version: 1 }, 'confirmation', attested).expect(404);
    }
    await api
      .as(far)
      .post('/institution-drafts', { facts: facts(), ...hashes })
      .expect(403);
    const vet = await propose(near, { type: 'VET' });
    await decide(near, vet, 'confirmation', attested).expect(403);
    await decide(near, vet, 'rejection', { reason: 'No' }).expect(403);
    await decide(ministry, vet, 'confirmation', attested).expect(200);
    await api
      .as({ ...school(randomUUID()), scopes })
      .get(`/institution-drafts/${draft.id}`)
      .expect(403);
  });

  it('is registered at once by whoever may confirm it, stating the same', async () => {
    const body = { ...facts(), attestations: { ...hashes, ...attested } };
    const { body: entry } = await api.as(ministry).post('/institutions', body).expect(201);
    expect(entry).not.toHaveProperty('attestations');
    const [draft] = await api.db.manager.findBy(Draft, { entryId: entry.id });
    expect(draft).toMatchObject({ state: 'REGISTERED', attestations: body.attestations, decidedBy: 'ministry' });
    const wrong = { ...facts(), attestations: { ...hashes, ...attested, statutesNameEducation: false } };
    const { body: problem } = await api.as(ministry).post('/institutions', wrong).expect(422);
    expect(faultsOf(problem)).toEqual(['/attestations/statutesNameEducation NOT_ATTESTED']);
  });

  it('is registered in no other way from the day of the policy on; what is registered may be changed', async () => {
    const { body: known } = await api.as(ministry).post('/institutions', facts()).expect(201);
    await require('true');
    const { body } = await api.as(ministry).post('/institutions', facts()).expect(422);
    expect(faultsOf(body)).toEqual(['/attestations REQUIRED']);
    const path = (code: string) => `/institutions/by-code/JAR/${code}`;
    const rest = { name: 'Nauja', type: 'GENERAL', municipalityCode: 'LT-16' };
    await api.as(ministry).put(path(aJarCode()), rest).expect(422);
    await api.as(ministry).put(path(known.code), rest).expect(200);
    const full = { ...facts(), attestations: { ...hashes, ...attested } };
    await api.as(ministry).post('/institutions', full).expect(201);
    const draft = await propose(ministry);
    await decide(ministry, draft, 'confirmation', attested).expect(200);
  });
});
