import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  faultsOf,
  forTeaching,
  person,
  registrar,
  school,
  startRegisters,
} from './builders.js';

const files = ['registers.contacts:read', 'registers.contacts:write', 'registers.access-log:read'];
const plain: Caller = { ...registrar, scopes: [...registrar.scopes, ...files] };
const keeper: Caller = {
  ...plain,
  scopes: [...plain.scopes, 'registers.protected:read', 'registers.protected:write'],
  clientId: 'keeper',
};

describe('a protected person (R-REG-32)', () => {
  const api = startRegisters();
  const personalCode = aPersonalCode();
  const familyName = 'Saugoma-pavardė';
  let [own, id] = ['', ''];

  beforeAll(async () => {
    own = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id;
    const body = aLearner({ personalCode, familyName, institutionId: own });
    id = (await api.as(registrar).post('/learners', body).expect(201)).body.id;
    await api.as(plain).put(`/learners/${id}/contacts`, { phone: '+37060000001' }).expect(200);
    const { body: changed } = await api
      .as(keeper)
      .put(`/learners/${id}/protection`, { category: 'WITNESS_PROTECTION' }, { 'if-match': '"2"' })
      .expect(200);
    expect(changed).toMatchObject({ state: 'PROTECTED', protectionCategory: 'WITNESS_PROTECTION', version: 3 });
  });

  const facts = { givenName: 'Kitas', familyName: 'Kitas', birthOn: '2009-05-14', sex: 'M' };
  const asks: [string, (who: Caller, of: string) => ReturnType<ReturnType<typeof api.as>['get']>][] = [
    ['the learner', (who, of) => api.as(who).get(`/learners/${of}`)],
    ['its past', (who, of) => api.as(who).get(`/learners/${of}?validOn=2030-01-01`)],
    ['its history', (who, of) => api.as(who).get(`/learners/${of}/history`)],
    ['its contacts', (who, of) => api.as(who).get(`/learners/${of}/contacts`, forTeaching)],
    ['who looked', (who, of) => api.as(who).get(`/learners/${of}/access-log`)],
    ['a change', (who, of) => api.as(who).put(`/learners/${of}`, facts, { 'if-match': '"3"' })],
    ['new contacts', (who, of) => api.as(who).put(`/learners/${of}/contacts`, { phone: '+37060000002' })],
  ];
  const ownSchool = (): Caller => ({ ...plain, national: false, institutions: [own], clientId: 'school-system' });

  it.each(asks)('to clients without the scope %s is as of an unknown id', async (_, ask) => {
    for (const who of [plain, ownSchool()]) {
      const [protectedOne, unknown] = [await ask(who, id), await ask(who, randomUUID())];
      const told = ({ status, body }: typeof unknown): unknown => [status, body.type, body.detail];
      expect(told(protectedOne)).toEqual(told(unknown));
      expect(protectedOne.status).toBe(404);
    }
  });

  it('is in no list, found by no name and matched by no code without the scope', async () => {
    const idsOf = (answer: { body: { items: { id: string }[] } }): string[] => answer.body.items.map((each) => each.id);
    for (const who of [plain, school(own)]) {
      expect(idsOf(await api.as(who).get('/learners?limit=500').expect(200))).not.toContain(id);
      expect(idsOf(await api.as(who).post('/learners/search', { name: familyName }).expect(200))).toEqual([]);
      await api.as(who).post('/learners/match', { personalCode }).expect(404);
    }
    expect(idsOf(await api.as(keeper).get('/learners?limit=500').expect(200))).toContain(id);
    expect(idsOf(await api.as(keeper).post('/learners/search', { name: familyName }).expect(200))).toEqual([id]);
    await api.as(keeper).post('/learners/match', { personalCode }).expect(200);
  });

  it('answers reads with and without the scope that arrive together each as it may', async () => {
    const callers = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? plain : keeper));
    const statuses = await Promise.all(callers.map(async (who) => (await api.as(who).get(`/learners/${id}`)).status));
    expect(statuses).toEqual(callers.map((who) => (who === plain ? 404 : 200)));
  });

  it('may see who looked, as everybody of themselves', async () => {
    await api.as(person(id)).get('/me/access-log').expect(200);
  });

  it('is announced as changed, which says nothing of it', async () => {
    const events = (await api.events()).filter(({ key }) => key === id);
    expect(events.map(({ type }) => type.split('.')[2])).toEqual(['registered', 'changed', 'changed']);
    expect(JSON.stringify(events)).not.toMatch(/PROTECT/);
  });

  it('is protected by categories of the policy alone, by whoever has the scope nationally', async () => {
    const put = (who: Caller, body: object) =>
      api.as(who).put(`/learners/${id}/protection`, body, { 'if-match': '"3"' });
    expect(faultsOf((await put(keeper, { category: 'FAME' }).expect(422)).body)).toEqual(['/category UNKNOWN']);
    await put(plain, {}).expect(403);
    await put({ ...keeper, national: false, institutions: [own] }, {}).expect(403);
  });

  it('is as everybody again when the protection ends', async () => {
    await api.as(keeper).put(`/learners/${id}/protection`, {}, { 'if-match': '"3"' }).expect(200);
    expect((await api.as(plain).get(`/learners/${id}`).expect(200)).body).toMatchObject({
      state: 'REGISTERED',
      version: 4,
    });
  });
});
