// Every operation of the platform × whose object it is × what the token may do, against the policy in access-policy.mjs.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../api-client.mjs';
import * as made from './access-objects.mjs';
import { mayAnybody, operations, reads, removalLast, rowOf, sendTo, those, writes } from './access-operations.mjs';
import { municipality, ofPerson, policy, unwalled } from './access-policy.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';
import { registerClient, twoSchools } from './two-schools.mjs';

const minutes = 120_000;

describe('access', () => {
  const under = new PlatformUnderTest('access', 'postgres');
  /** Clients by name, and the objects as `own`, `foreign` and `unknown` to school A. */
  const by = {};
  const seen = {};
  let foreignIds = [];

  const send = (...asked) => sendTo(under.platform.url, ...asked);
  const typeOf = ({ status, text }) => [status, JSON.parse(text).type];
  const mustHideForeign = ({ text }) => expect(foreignIds.filter((id) => text.includes(id))).toEqual([]);

  beforeAll(async () => {
    await under.start();
    const { url } = under.platform;
    const schools = await twoSchools(under.platform);
    const { ministry, a, b, shared } = schools;
    const narrow = async (scope) =>
      new ApiClient(url, await registerClient(ministry, { name: 'Narrow', scopes: [scope], national: true }));
    Object.assign(by, { ministry, a: a.api, b: b.api, ...(await made.narrowOnes(narrow)) });
    [seen.own, seen.foreign] = await made.views(schools);
    seen.unknown = { ...made.renamed(seen.foreign), ...shared };
    foreignIds = made.idsOf(b);
    const { scopes } = await ministry.get('/identity/v1/me');
    for (const [name, { municipalityCode }] of [
      ['municipalityOfA', seen.own],
      ['municipalityOfB', seen.foreign],
    ]) {
      const facts = { name, scopes: ['registers.learners:read'], municipalities: [municipalityCode] };
      const client = await registerClient(ministry, facts);
      // Identity gives a municipality no scope that writes; whoever finds a way around it is refused all the same.
      await under.query('identity', 'UPDATE client SET scopes = $2 WHERE id = $1', [client.clientId, scopes]);
      by[name] = new ApiClient(url, client);
    }
    const token = await made.tokenOfPerson(under, { learnerId: seen.own.learner.id, scopes });
    by.person = { token: () => Promise.resolve(token) };
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
    const scoped = operations.filter(
      (each) => !['public', 'authenticated', 'importer', 'client'].includes(rowOf(each).relation),
    );
    it.each(scoped.map((each) => [each.id, each]))('%s is closed', async (_, operation) => {
      const scopes = operation.operation.security.flatMap(({ oauth2 = [] }) => oauth2);
      const client = scopes.includes('monitoring.indicators:read') ? by.classifiers : by.indicators;
      expect((await send(operation, seen.own, client)).status).toBe(403);
    });
    it.each(those('importer', 'client'))('%s finds nothing', async (_, operation) => {
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
    it.each(those('client'))(
      'finds nothing by %s, and neither does the ministry: it is another client’s',
      async (_, operation) => {
        for (const client of [by.a, by.ministry])
          expect((await send(operation, seen.foreign, client)).status).toBe(404);
      },
    );
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
      const answer = await send(operation, seen.own, by.a, { query: all });
      expect(answer.status).toBe(200);
      const { mine } = policy[id];
      if (mine) {
        expect(answer.text).toContain(mine(seen.own));
        expect(answer.text).not.toContain(mine(seen.foreign));
      }
      mustHideForeign(answer);
      const filters = operation.operation.parameters.some(({ name }) => name === 'institutionId');
      if (!filters) return;
      const other = await send(operation, seen.own, by.a, { query: { institutionId: seen.foreign.institutionId } });
      expect(other.status).toBe(404);
    });
    it.each(those('export'))('%s', async (id, operation) => {
      const answer = await send(operation, seen.own, by.a);
      expect(answer.status).toBe(200);
      const { mine } = policy[id];
      expect(answer.text).toContain(mine(seen.own));
      expect(answer.text).not.toContain(mine(seen.foreign));
      mustHideForeign(answer);
    });
    it.each(those('changes'))('%s', async (_, operation) => {
      const answer = await send(operation, seen.own, by.a, { query: { limit: '500' } });
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

  describe.each([
    ['municipalityOfA', 'own', 'foreign'],
    ['municipalityOfB', 'foreign', 'own'],
  ])('%s, whatever its scopes', (name, near, far) => {
    const views = () => [seen[near], seen[far]];
    const all = ({ operation }) =>
      operation.parameters?.some((each) => each.name === 'limit') ? { limit: '500' } : {};

    it.each(operations.filter((each) => mayAnybody(each)).map((each) => [each.id, each]))(
      'is answered %s',
      async (_, operation) => {
        for (const view of views()) expect((await send(operation, view, by[name])).status).toBe(200);
      },
    );
    it.each(
      writes(operations.map((each) => [each.id, each])).filter(
        ([id, each]) =>
          !municipality.enters[id] && !municipality.decides.has(id) && !mayAnybody(each) && !municipality.sees.has(id),
      ),
    )('is refused %s', async (_, operation) => {
      for (const view of views())
        expect(typeOf(await send(operation, view, by[name]))).toEqual([
          403,
          expect.stringMatching(/:municipality-reads$/),
        ]);
    });
    it.each(Object.keys(municipality.enters))('enters by %s what lies in its area, and nothing else', async (id) => {
      const operation = operations.find((each) => each.id === id);
      const request = municipality.enters[id];
      const answer = await send(operation, seen[far], by[name], { request });
      expect(typeOf(answer)).toEqual([403, expect.stringMatching(/:institution-not-yours$/)]);
      expect([200, 201, 412]).toContain((await send(operation, seen[near], by[name], { request })).status);
    });
    it.each(writes(those('national')).filter(([id]) => municipality.decides.has(id)))(
      'decides by %s what lies in its area; the rest is as if it did not exist',
      async (_, operation) => {
        expect((await send(operation, seen[far], by[name])).status).toBe(404);
        expect([200, 409, 412]).toContain((await send(operation, seen[near], by[name])).status);
      },
    );
    const seenNationally = ([id]) => municipality.sees.has(id);
    it.each(reads(those('national')).filter(seenNationally))(
      'sees by %s what lies in its area',
      async (_, operation) => {
        const one = operation.path.includes('{');
        const answer = await send(operation, seen[near], by[name], { query: all(operation) });
        expect(answer.text).toContain(seen[near].institutionDraft.id);
        expect(answer.text).not.toContain(seen[far].institutionDraft.id);
        if (one) expect((await send(operation, seen[far], by[name])).status).toBe(404);
      },
    );
    it.each(reads(those('national', 'person', 'importer', 'client')).filter((each) => !seenNationally(each)))(
      'is refused %s',
      async (_, operation) => {
        const { relation } = rowOf(operation);
        const answer = await send(operation, seen[near], by[name]);
        const refusal = {
          national: 'national-only',
          person: 'person-missing',
          importer: 'not-found',
          client: 'not-found',
        }[relation];
        expect(typeOf(answer)).toEqual([refusal === 'not-found' ? 404 : 403, expect.stringContaining(`:${refusal}`)]);
      },
    );
    it.each(reads(those('own')))('sees by %s what lies in its area, or nothing', async (id, operation) => {
      expect((await send(operation, seen[near], by[name])).status).toBe(municipality.sees.has(id) ? 200 : 404);
      expect((await send(operation, seen[far], by[name])).status).toBe(404);
    });
    it.each(those('list', 'changes'))('lists by %s what lies in its area, or nothing', async (id, operation) => {
      const answer = await send(operation, seen[near], by[name], { query: all(operation) });
      expect(answer.status).toBe(200);
      if (!municipality.sees.has(id)) return expect(JSON.parse(answer.text).items).toEqual([]);
      expect(answer.text).toContain(seen[near].learner.id);
      return expect(answer.text).not.toContain(seen[far].learner.id);
    });
    it.each(those('export'))('is sent nothing by %s', async (_, operation) => {
      expect(await send(operation, seen[near], by[name])).toEqual({ status: 200, text: '' });
    });
    it.each(those('sums'))('has no figures by %s', async (_, operation) => {
      const { items } = JSON.parse((await send(operation, seen[near], by[name])).text);
      expect(items.filter(({ debitMinor, creditMinor }) => debitMinor !== 0 || creditMinor !== 0)).toEqual([]);
    });
    it.each(those('reach'))('is told by %s whose it is in its area alone', async (_, operation) => {
      const answers = await Promise.all(views().map((view) => send(operation, view, by[name])));
      expect(answers.map(({ text }) => JSON.parse(text))).toEqual([
        { known: true, learnerId: seen[near].learner.id },
        { known: true },
      ]);
    });
  });

  describe('a person, whatever the scopes of the token', () => {
    it.each(operations.filter((each) => mayAnybody(each)).map((each) => [each.id, each]))(
      'is answered %s',
      async (_, operation) => {
        expect((await send(operation, seen.own, by.person)).status).toBe(200);
      },
    );
    it.each(writes(those('person')))('says by %s what is wrong of it', async (id, operation) => {
      expect(ofPerson.writes.has(id)).toBe(true);
      expect((await send(operation, seen.own, by.person)).status).toBe(201);
    });
    it.each(reads(those('person')))('reads the own record by %s', async (id, operation) => {
      expect(ofPerson.reads.has(id)).toBe(true);
      const answer = await send(operation, seen.own, by.person);
      expect(answer.status).toBe(200);
      mustHideForeign(answer);
    });
    it.each(those('national'))('is refused %s', async (_, operation) => {
      expect(typeOf(await send(operation, seen.own, by.person))).toEqual([
        403,
        expect.stringMatching(/:national-only$/),
      ]);
    });
    it.each(those('own', 'importer', 'client'))('finds the own by %s, or nothing at all', async (id, operation) => {
      const { status } = await send(operation, seen.own, by.person);
      if (ofPerson.own.has(id)) expect([403, 404]).not.toContain(status);
      else expect(status).toBe(404);
      expect((await send(operation, seen.foreign, by.person)).status).toBe(404);
    });
    it.each(those('list', 'changes'))('is shown an empty %s', async (_, operation) => {
      const { items } = JSON.parse((await send(operation, seen.own, by.person)).text);
      expect(items).toEqual([]);
    });
    it.each(those('export'))('is sent nothing by %s', async (_, operation) => {
      expect(await send(operation, seen.own, by.person)).toEqual({ status: 200, text: '' });
    });
    it.each(those('sums', 'reach'))('is told nothing by %s', async (_, operation) => {
      const { text } = await send(operation, seen.own, by.person);
      expect(text).not.toContain(seen.own.learner.id);
      expect(JSON.parse(text).items?.some(({ debitMinor }) => debitMinor > 0) ?? false).toBe(false);
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
      for (const [thing, path, state = seen.foreign[thing].state] of made.afterStory) {
        const now = await by.ministry.get(`/${path}/${seen.foreign[thing].id}`, { 'x-purpose': 'SUPERVISION' });
        expect([thing, now.state]).toEqual([thing, state]);
      }
    });
  });

  describe('with the registers’ own filters off, row-level security alone', () => {
    let standing;
    const ofRegisters = operations.filter(({ path, id }) => path.startsWith('/registers/v1/') && !unwalled.has(id));
    /** Whose learners, staff and certificates an operation answers: those of A (`own`), of B (`foreign`). What the request itself says is no answer. */
    async function shown(operation) {
      const whose = new Set();
      for (const [view, query] of [[seen.own], [seen.foreign], [seen.foreign, { limit: '500' }]]) {
        if (query && !operation.operation.parameters?.some(({ name }) => name === 'limit')) continue;
        const { status, text } = await send(operation, view, by.ministry, { query });
        expect(status).toBeLessThan(500);
        const answer = JSON.stringify({
          ...JSON.parse(text.startsWith('{"') && !text.includes('\n') ? text : JSON.stringify({ text })),
          instance: '',
        });
        for (const each of ['own', 'foreign'])
          if (made.namesOf(seen[each]).some((name) => answer.includes(name))) whose.add(each);
      }
      return [...whose].toSorted();
    }
    beforeAll(async () => {
      const rows = await under.query(
        'registers',
        `SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname LIKE 'meistras_reach%'`,
      );
      standing = rows.map(({ text }) => text).join(';');
      await under.query('registers', made.walled(`{${seen.own.institutionId}}`));
    });
    afterAll(() => under.query('registers', standing));

    it.each(ofRegisters.map((each) => [each.id, each]))('%s shows nobody foreign', async (_, operation) => {
      expect(await shown(operation)).not.toContain('foreign');
    });
    it.each([
      ['listLearners', ['own'], 'learner'],
      ['getLearnerContactsHistory', ['own'], 'learner', 'learner_file'],
      ['listStaffMembers', ['own'], 'staff_member'],
      ['getStaffPostHistory', ['own'], 'staff_member', 'staff_post'],
      ['listCertificateEntries', ['own'], 'certificate_entry'],
      ['getCertificateEntryHistory', ['own'], 'certificate_entry'],
      ['listMatchReviews', [], 'match_review'],
    ])('%s shows %j, and with the policies missing the foreign ones too', async (id, near, ...tables) => {
      const operation = operations.find((each) => each.id === id);
      const wall = (is) =>
        under.query('registers', tables.map((table) => `ALTER TABLE ${table} ${is} ROW LEVEL SECURITY`).join(';'));
      expect(await shown(operation)).toEqual(near);
      await wall('DISABLE');
      expect(await shown(operation)).toContain('foreign');
      await wall('ENABLE');
    });
    it('and nothing of who looked at a foreign learner', async () => {
      const log = operations.find(({ id }) => id === 'listLearnerAccesses');
      expect((await send(log, seen.foreign, by.ministry)).status).toBe(404);
    });
  });

  describe('what is the school’s own it may write, or hear why not now', () => {
    it.each([...writes(those('own')), ...those('feed', 'client')].toSorted(removalLast))('%s', async (_, operation) => {
      const { status } = await send(operation, seen.own, by.a);
      expect([200, 201, 204, 409, 412]).toContain(status);
    });
  });
});
