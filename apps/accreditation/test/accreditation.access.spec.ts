import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startService } from '@meistras/testing/start-service';
import type { CallerApi } from '@meistras/testing/start-service';
import { features } from '../src/app.module.js';
import { accreditation } from '../src/data-source.js';
import { aGrant, aProcedure, aReview, aRevocation, ministry, school } from './builders.js';
import type { StoredProcedure } from './builders.js';

const api = startService(accreditation, features);
let procedure: StoredProcedure;
let decisionId: string;

beforeAll(async () => {
  procedure = await aProcedure(api, 'review', 'grant');
  decisionId = procedure.decisionId ?? '';
});

type Send = (by: CallerApi) => ReturnType<CallerApi['get']>;

const pair = (): string => `institutionId=${procedure.institutionId}&programmeId=${procedure.programmeId}`;
const csv = { 'content-type': 'text/csv' };
const columns =
  'institutionCodeScheme,institutionCode,programmeCodeScheme,programmeCode,authority,actNumber,actOn,documentHash,validFrom\n';

/** Every operation with its scope, and what a school gets for its own and for a foreign institution's object. */
const operations: [string, Send, scope: string, own: number, foreign: number][] = [
  ['GET /procedures', (by) => by.get('/procedures'), 'accreditation.procedures:read', 200, 200],
  [
    'GET /procedures of an institution',
    (by) => by.get(`/procedures?${pair()}`),
    'accreditation.procedures:read',
    200,
    404,
  ],
  ['GET /procedures/{id}', (by) => by.get(`/procedures/${procedure.id}`), 'accreditation.procedures:read', 200, 404],
  [
    'POST /procedures',
    (by) => by.post('/procedures', { institutionId: procedure.institutionId, programmeId: randomUUID() }),
    'accreditation.procedures:write',
    422,
    404,
  ],
  ...(['review', 'grant', 'refuse', 'revoke'] as const).map((command): [string, Send, string, number, number] => [
    `POST /procedures/{id}/${command}`,
    (by) => {
      const bodies = { review: aReview(), grant: aGrant(), refuse: { reason: 'x' }, revoke: aRevocation() };
      return by.post(`/procedures/${randomUUID()}/${command}`, bodies[command]);
    },
    'accreditation.procedures:decide',
    403,
    403,
  ]),
  ['GET /decisions', (by) => by.get('/decisions'), 'accreditation.decisions:read', 200, 200],
  [
    'GET /decisions of an institution',
    (by) => by.get(`/decisions?${pair()}`),
    'accreditation.decisions:read',
    200,
    404,
  ],
  ['GET /decisions/changes', (by) => by.get('/decisions/changes'), 'accreditation.decisions:read', 200, 200],
  ['GET /decisions/{id}', (by) => by.get(`/decisions/${decisionId}`), 'accreditation.decisions:read', 200, 404],
  [
    'POST /decisions/{id}/revoke',
    (by) => by.post(`/decisions/${randomUUID()}/revoke`, aRevocation()),
    'accreditation.procedures:decide',
    403,
    403,
  ],
  ['GET /rights/check', (by) => by.get(`/rights/check?${pair()}`), 'accreditation.decisions:read', 200, 404],
  [
    'POST /imports of decisions',
    (by) => by.post('/imports?kind=decisions', columns, csv),
    'accreditation.procedures:decide',
    403,
    403,
  ],
];

describe.each(operations)('%s', (_, send, scope, own, foreign) => {
  const without = ministry.scopes.filter((each) => each !== scope);

  it('is closed without a token', () => send(api.anonymous()).expect(401));
  it('is closed to a client with every other scope', () => send(api.as({ ...ministry, scopes: without })).expect(403));
  it('is open to a national client with the scope alone', async () => {
    const { status } = await send(api.as({ ...ministry, scopes: [scope] }));
    expect([200, 202, 404, 422]).toContain(status);
  });
  it('answers a school about its own institution', async () => {
    const { status } = await send(api.as({ ...school(procedure.institutionId), scopes: [scope] }));
    expect(status).toBe(own);
  });
  it('answers a school about a foreign institution as about none', async () => {
    const { status } = await send(api.as({ ...school(randomUUID()), scopes: [scope] }));
    expect(status).toBe(foreign);
  });
});

describe('a list', () => {
  it.each(['/procedures', '/decisions', '/decisions/changes'])('%s shows a school its own alone', async (path) => {
    await aProcedure(api, 'review', 'grant');
    const { body: own } = await api.as(school(procedure.institutionId)).get(path).expect(200);
    expect(own.items).toHaveLength(1);
    const { body: foreign } = await api.as(school(randomUUID())).get(path).expect(200);
    expect(foreign.items).toEqual([]);
    const { body: all } = await api.as(ministry).get(path).expect(200);
    expect(all.items.length).toBeGreaterThan(1);
  });
});
