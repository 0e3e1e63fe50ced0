// Every operation of the platform × whose object it is × what the token may do, against the policy in access-policy.mjs.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../api-client.mjs';
import { policy } from './access-policy.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';
import { registerClient, twoSchools } from './two-schools.mjs';

const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi/meistras.json'), 'utf8'));
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ id: operation.operationId, path, method, operation })),
);
const rowOf = ({ id }) => policy[id] ?? { relation: 'missing', request: () => ({}) };
const those = (...relations) =>
  operations.filter((each) => relations.includes(rowOf(each).relation)).map((each) => [each.id, each]);
const isRead = ({ method }) => method === 'get';
const reads = (rows) => rows.filter(([, each]) => isRead(each));
const writes = (rows) => rows.filter(([, each]) => !isRead(each));
const minutes = 120_000;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

describe('access', () => {
  const under = new PlatformUnderTest('access', 'postgres');
  /** Clients by name, and the objects as `own`, `foreign` and `unknown` to school A. */
  const by = {};
  const seen = {};
  let foreignIds = [];

  /** Sends an operation's request; `client` may be missing, then it goes without a token. */
  async function send({ id, path, method, operation }, view, client, query = {}) {
    const asked = policy[id].request(view);
    const address = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(asked.path?.[name] ?? randomUUID()));
    const headers = client ? { authorization: `Bearer ${await client.token()}` } : {};
    const needs = (name) => operation.parameters?.some((each) => each.name === name && each.required);
    if (needs('Idempotency-Key')) headers['idempotency-key'] = randomUUID();
    if (needs('If-Match')) headers['if-match'] = '"1"';
    if (operation.parameters?.some(({ name }) => name === 'X-Purpose')) headers['x-purpose'] = 'SUPERVISION';
    const [type] = Object.keys(operation.requestBody?.content ?? {});
    const { body } = asked;
    if (body !== undefined) headers['content-type'] = typeof body === 'string' ? 'application/x-ndjson' : type;
    const answer = await fetch(`${under.platform.url}${address}?${new URLSearchParams({ ...asked.query, ...query })}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, text: await answer.text() };
  }

  const typeOf = ({ status, text }) => [status, JSON.parse(text).type];
  const mustHideForeign = ({ text }) => expect(foreignIds.filter((id) => text.includes(id))).toEqual([]);

  beforeAll(async () => {
    await under.start();
    const { url } = under.platform;
    const { ministry, a, b, shared } = await twoSchools(under.platform);
    const narrow = async (scope) =>
      new ApiClient(url, await registerClient(ministry, { name: 'Narrow', scopes: [scope], national: true }));
    Object.assign(by, { ministry, a: a.api, b: b.api, ...(await narrowOnes(narrow)) });
    const view = (school) => ({
      ...shared,
      ...Object.fromEntries(Object.entries(school).filter(([k]) => k !== 'api')),
    });
    Object.assign(seen, { own: view(a), foreign: view(b) });
    seen.unknown = { ...renamed(view(b)), ...shared };
    const { learner, spare, procedure, application, openApplication, invitation, agreement } = b;
    const { enrolment, result, credential, commitment, entry } = b;
    const hidden = [learner, spare, procedure, application, openApplication, invitation, agreement];
    foreignIds = [...hidden, enrolment, result, credential, commitment, entry].map(({ id }) => id);
  }, minutes);
  afterAll(() => under.stop(), minutes);

  it('has a policy for exactly the operations of the document', () => {
    expect(Object.keys(policy).sort()).toEqual(operations.map(({ id }) => id).sort());
  });

  describe('without a token', () => {
    it.each(operations.filter((each) => rowOf(each).relation !== 'public').map((each) => [each.id, each]))(
      '%s is closed',
      async (_, operation) => {
        expect((await send(operation, seen.own)).status).toBe(401);
      },
    );
    it.each(those('public'))('%s is open', async (_, operation) => {
      expect((await send(operation, seen.own)).status).toBe(200);
    });
  });

  describe('with a national token that lacks the scope', () => {
    const scoped = operations.filter((each) => !['public', 'authenticated', 'importer'].includes(rowOf(each).relation));
    it.each(scoped.map((each) => [each.id, each]))('%s is closed', async (_, operation) => {
      const scopes = operation.operation.security.flatMap(({ oauth2 = [] }) => oauth2);
      const client = scopes.includes('monitoring.indicators:read') ? by.classifiers : by.indicators;
      expect((await send(operation, seen.own, client)).status).toBe(403);
    });
    it.each(those('importer'))('%s finds nothing', async (_, operation) => {
      expect((await send(operation, seen.own, by.indicators)).status).toBe(404);
    });
  });

  describe('a school with every scope', () => {
    it.each(those('national'))('is refused %s', async (_, operation) => {
      const answer = await send(operation, seen.own, by.a);
      expect(typeOf(answer)).toEqual([403, expect.stringMatching(/:national-only$/)]);
    });
    it.each(those('person'))('is refused %s, and so is the ministry: neither is the person', async (_, operation) => {
      for (const client of [by.a, by.ministry])
        expect(typeOf(await send(operation, seen.own, client))).toEqual([
          403,
          expect.stringMatching(/:person-missing$/),
        ]);
    });
    it.each(those('importer'))('finds nothing by %s', async (_, operation) => {
      expect((await send(operation, seen.own, by.a)).status).toBe(404);
      expect((await send(operation, seen.own, by.ministry)).status).toBe(200);
    });
    it.each(those('open', 'authenticated'))('is answered %s, whoever’s object it is', async (_, operation) => {
      for (const view of [seen.own, seen.foreign]) {
        const answer = await send(operation, view, by.a);
        expect(answer.status).toBe(200);
        mustHideForeign(answer);
      }
    });
  });

  describe('own objects are answered and foreign ones are as if they did not exist', () => {
    it.each(reads(those('own')))('%s', async (_, operation) => {
      const own = await send(operation, seen.own, by.a);
      expect(own.status).toBe(200);
      mustHideForeign(own);
      expect((await send(operation, seen.foreign, by.b)).status).toBe(200);
      const foreign = await send(operation, seen.foreign, by.a);
      expect(foreign.status).toBe(404);
      expect(typeOf(foreign)).toEqual(typeOf(await send(operation, seen.unknown, by.a)));
    });
    it.each(those('list'))('%s', async (id, operation) => {
      const pages = operation.operation.parameters.some(({ name }) => name === 'limit');
      const all = pages ? { limit: '500' } : {};
      const answer = await send(operation, seen.own, by.a, all);
      expect(answer.status).toBe(200);
      const { mine } = policy[id];
      if (mine) {
        expect(answer.text).toContain(mine(seen.own));
        expect(answer.text).not.toContain(mine(seen.foreign));
      }
      mustHideForeign(answer);
      const filters = operation.operation.parameters.some(({ name }) => name === 'institutionId');
      if (!filters) return;
      const other = await send(operation, seen.own, by.a, { institutionId: seen.foreign.institutionId });
      expect(other.status).toBe(404);
    });
    it.each(those('changes'))('%s', async (_, operation) => {
      const answer = await send(operation, seen.own, by.a, { limit: '500' });
      const institutions = JSON.parse(answer.text).items.map(({ state }) => state.institutionId);
      expect([...new Set(institutions)]).toEqual([seen.own.institutionId]);
      mustHideForeign(answer);
    });
    it.each(those('sums'))('%s', async (_, operation) => {
      const debits = async (client) =>
        JSON.parse((await send(operation, seen.own, client)).text).items.reduce(
          (sum, each) => sum + each.debitMinor,
          0,
        );
      const [a, b, all] = await Promise.all([by.a, by.b, by.ministry].map(debits));
      expect(a).toBeGreaterThan(0);
      expect(a + b).toBe(all);
    });
    it.each(those('reach'))('%s', async (_, operation) => {
      const own = JSON.parse((await send(operation, seen.own, by.a)).text);
      expect(own).toEqual({ known: true, learnerId: seen.own.learner.id });
      const foreign = JSON.parse((await send(operation, seen.foreign, by.a)).text);
      expect(foreign).toEqual({ known: true });
    });
  });

  describe('nothing foreign can be written', () => {
    it.each(writes(those('own')))('%s', async (_, operation) => {
      const foreign = await send(operation, seen.foreign, by.a);
      expect(foreign.status).toBe(404);
      expect(typeOf(foreign)).toEqual(typeOf(await send(operation, seen.unknown, by.a)));
    });
    it('decideSuitabilities, not even under the own institution’s name', async () => {
      const operation = operations.find(({ id }) => id === 'decideSuitabilities');
      const mixed = (view) => ({ ...view, institutionId: seen.own.institutionId });
      const foreign = await send(operation, mixed(seen.foreign), by.a);
      expect(foreign.status).toBe(422);
      expect(typeOf(foreign)).toEqual(typeOf(await send(operation, mixed(seen.unknown), by.a)));
    });
    it('and the foreign objects are as they were', async () => {
      for (const [thing, path] of [
        ['spare', 'registers/v1/learners'],
        ['openOffering', 'admission/v1/offerings'],
        ['openApplication', 'admission/v1/applications'],
        ['invitation', 'admission/v1/invitations'],
        ['agreement', 'admission/v1/agreements'],
        ['enrolment', 'learning-records/v1/enrolments'],
        ['credential', 'learning-records/v1/credentials'],
      ]) {
        const now = await by.ministry.get(`/${path}/${seen.foreign[thing].id}`, { 'x-purpose': 'SUPERVISION' });
        expect([thing, now.state]).toEqual([thing, stateAfterStory[thing] ?? seen.foreign[thing].state]);
      }
    });
  });

  describe('what is the school’s own it may write, or hear why not now', () => {
    it.each(writes(those('own')))('%s', async (_, operation) => {
      const { status } = await send(operation, seen.own, by.a);
      expect([200, 201, 409, 412]).toContain(status);
    });
  });
});

/** What the story itself went on to do after it kept the object. */
const stateAfterStory = { invitation: 'SIGNED', enrolment: 'COMPLETED' };

const narrowOnes = async (narrow) => ({
  indicators: await narrow('monitoring.indicators:read'),
  classifiers: await narrow('registers.classifiers:read'),
});

/** The same objects with ids that nobody has. */
function renamed(view) {
  const names = new Map();
  const other = (id) => names.get(id) ?? names.set(id, randomUUID()).get(id);
  return JSON.parse(JSON.stringify(view).replaceAll(uuid, other));
}
