import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  faultsOf,
  forTeaching,
  matcher,
  person,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';
import { importFile } from './imports.js';

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

  describe('whose personal code is stated again', () => {
    const told = ({ status, body }: { status: number; body: object }) => [status, Object.keys(body).toSorted()];
    const reviewsOf = async (who: Caller, learnerId: string) =>
      (await api.as(who).get(`/match-reviews?learnerId=${learnerId}`).expect(200)).body.items;
    const decider: Caller = { ...matcher, scopes: [...matcher.scopes, 'registers.protected:read'] };
    const trustedReader: Caller = { ...trusted, clientId: 'trusted' };

    async function aProtectedCode(): Promise<{ code: string; holder: string }> {
      const code = aPersonalCode();
      const { body } = await api
        .as(registrar)
        .post('/learners', aLearner({ personalCode: code }))
        .expect(201);
      await api
        .as(keeper)
        .put(`/learners/${body.id}/protection`, { category: 'ADOPTION' }, { 'if-match': '"1"' })
        .expect(200);
      return { code, holder: body.id };
    }

    it.each([
      ['nationally', (): Caller => plain],
      ['by a school', (): Caller => school(own)],
    ])('is registered %s as a code that nobody has, once', async (_, caller) => {
      const { code, holder } = await aProtectedCode();
      const who = caller();
      const [taken, free] = [code, aPersonalCode()].map((each) => aLearner({ personalCode: each, institutionId: own }));
      const key = { 'idempotency-key': `beside-${code}` };
      const registered = await api.as(who).post('/learners', taken, key);
      expect(told(registered)).toEqual(told(await api.as(who).post('/learners', free)));
      expect(registered.status).toBe(201);
      const replayed = await api.as(who).post('/learners', taken, key).expect(201);
      expect([replayed.body, replayed.headers['idempotent-replayed']]).toEqual([registered.body, 'true']);
      const again = [taken, free].map((each) => api.as(who).post('/learners', each));
      const [one, other] = await Promise.all(again);
      expect([one!.status, one!.body.type, one!.body.detail]).toEqual([409, other!.body.type, other!.body.detail]);
      const { id: besideId } = registered.body;
      const { body: match } = await api.as(who).post('/learners/match', { personalCode: code }).expect(200);
      expect(match).toEqual({ known: true, learnerId: besideId });
      const { body: open } = await api.as(trustedReader).get(`/learners/${besideId}`, forTeaching).expect(200);
      expect(open).toMatchObject({ personalCode: code, possiblyForeign: false });
      const facts = { givenName: 'Kita', familyName: 'Kita', personalCode: code };
      await api.as(who).put(`/learners/${besideId}`, facts, { 'if-match': '"1"' }).expect(200);
      const { body: found } = await api.as(keeper).post('/learners/match', { personalCode: code }).expect(200);
      expect(found.learnerId).toBe(holder);
    });

    it('is added to a learner as a code that nobody has', async () => {
      const { code } = await aProtectedCode();
      const { body: learner } = await api
        .as(school(own))
        .post('/learners', aLearner({ institutionId: own, birthOn: '2001-02-03', sex: 'F' }))
        .expect(201);
      const { givenName, familyName } = learner;
      const change = { givenName, familyName, personalCode: code };
      const { body: changed } = await api
        .as(school(own))
        .put(`/learners/${learner.id}`, change, { 'if-match': '"1"' })
        .expect(200);
      expect(changed).toMatchObject({ version: 2, possiblyForeign: false });
      await api.as(school(own)).post('/learners/match', { personalCode: code }).expect(200);
      expect(await reviewsOf(decider, learner.id)).toHaveLength(1);
    });

    it('has a review that only those find who may know of the person', async () => {
      const { code, holder } = await aProtectedCode();
      const { body } = await api
        .as(plain)
        .post('/learners', aLearner({ personalCode: code }))
        .expect(201);
      const [review, ...others] = await reviewsOf(decider, body.id);
      expect(others).toEqual([]);
      expect(review).toMatchObject({ state: 'OPEN', grounds: ['PERSONAL_CODE'] });
      expect(review.learnerIds.toSorted()).toEqual([body.id, holder].toSorted());
      expect(await reviewsOf(matcher, body.id)).toEqual([]);
      expect(await reviewsOf(matcher, holder)).toEqual([]);
      const decision = { decision: 'DIFFERENT', reason: 'Seen' };
      for (const id of [review.id, randomUUID()]) {
        await api.as(matcher).get(`/match-reviews/${id}`).expect(404);
        await api.as(matcher).put(`/match-reviews/${id}/decision`, decision, { 'if-match': '"1"' }).expect(404);
      }
      await api.as(decider).put(`/match-reviews/${review.id}/decision`, decision, { 'if-match': '"1"' }).expect(200);
    });

    it('is imported as a code that nobody has, again and again', async () => {
      const { code, holder } = await aProtectedCode();
      const rows = [code, aPersonalCode()].map((each) => aLearner({ personalCode: each }));
      const job = (as: Caller) => importFile(api, 'learners', rows, 'application/x-ndjson', as);
      expect(await job(plain)).toMatchObject({ created: 2, failed: 0 });
      expect(await job(plain)).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
      const { body: match } = await api.as(plain).post('/learners/match', { personalCode: code }).expect(200);
      const [review] = await reviewsOf(decider, match.learnerId);
      expect(review.learnerIds.toSorted()).toEqual([match.learnerId, holder].toSorted());
      expect(await job(keeper)).toMatchObject({ created: 0, unchanged: 2 });
    });

    it('is refused as taken to those who may know of the person', async () => {
      const { code } = await aProtectedCode();
      const { body } = await api
        .as(keeper)
        .post('/learners', aLearner({ personalCode: code }))
        .expect(409);
      expect(body.type).toBe('urn:meistras:problem:registers:learner-personal-code-taken');
    });
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
