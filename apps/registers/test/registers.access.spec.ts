import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CallerApi } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import { aLearner, anInstitution, aProgramme, registrar, school, startRegisters } from './builders.js';

type Send = (api: CallerApi) => ReturnType<CallerApi['get']>;

const id = randomUUID();
const match = { 'if-match': '"1"' };

/** Every operation with the scope that opens it, and whether it is for national clients alone. */
const operations: [string, Send, scope: string, national: boolean][] = [
  ['GET /institutions', (api) => api.get('/institutions'), 'registers.institutions:read', false],
  ['GET /institutions/changes', (api) => api.get('/institutions/changes'), 'registers.institutions:read', false],
  ['GET /institutions/{id}', (api) => api.get(`/institutions/${id}`), 'registers.institutions:read', false],
  ['POST /institutions', (api) => api.post('/institutions', anInstitution()), 'registers.institutions:write', true],
  [
    'PUT /institutions/{id}',
    (api) => api.put(`/institutions/${id}`, { name: 'A' }, match),
    'registers.institutions:write',
    true,
  ],
  [
    'PUT /institutions/by-code',
    (api) => api.put('/institutions/by-code/JAR/188603091', { name: 'A' }),
    'registers.institutions:write',
    true,
  ],
  ['GET /programmes', (api) => api.get('/programmes'), 'registers.programmes:read', false],
  ['GET /programmes/changes', (api) => api.get('/programmes/changes'), 'registers.programmes:read', false],
  ['GET /programmes/{id}', (api) => api.get(`/programmes/${id}`), 'registers.programmes:read', false],
  ['POST /programmes', (api) => api.post('/programmes', aProgramme()), 'registers.programmes:write', true],
  [
    'PUT /programmes/{id}',
    (api) => api.put(`/programmes/${id}`, aProgramme(), match),
    'registers.programmes:write',
    true,
  ],
  [
    'PUT /programmes/by-code',
    (api) => api.put('/programmes/by-code/PSUP/1', aProgramme()),
    'registers.programmes:write',
    true,
  ],
  ['GET /classifiers', (api) => api.get('/classifiers'), 'registers.classifiers:read', false],
  ['GET /classifiers/{code}', (api) => api.get('/classifiers/KL_COUNTY'), 'registers.classifiers:read', false],
  [
    'GET /classifiers/{code}/items',
    (api) => api.get('/classifiers/KL_COUNTY/items'),
    'registers.classifiers:read',
    false,
  ],
  ['GET /licences', (api) => api.get('/licences'), 'registers.licences:read', false],
  ['GET /licences/{id}', (api) => api.get(`/licences/${id}`), 'registers.licences:read', false],
  ['GET /learners', (api) => api.get('/learners'), 'registers.learners:read', false],
  ['GET /learners/{id}/access-log', (api) => api.get(`/learners/${id}/access-log`), 'registers.access-log:read', false],
  ['GET /access-alarms', (api) => api.get('/access-alarms'), 'registers.access-log:read', true],
  ['GET /learners/changes', (api) => api.get('/learners/changes'), 'registers.learners:read', false],
  ['GET /learners/{id}', (api) => api.get(`/learners/${id}`), 'registers.learners:read', false],
  [
    'POST /learners/match',
    (api) => api.post('/learners/match', { personalCode: '50905149902' }),
    'registers.learners:read',
    false,
  ],
  ['POST /learners', (api) => api.post('/learners', aLearner()), 'registers.learners:write', false],
  ['PUT /learners/{id}', (api) => api.put(`/learners/${id}`, aLearner(), match), 'registers.learners:write', false],
  [
    'POST /imports of institutions',
    (api) => api.post('/imports?kind=institutions', 'codeScheme,code,name\n', { 'content-type': 'text/csv' }),
    'registers.institutions:write',
    true,
  ],
  [
    'POST /imports of programmes',
    (api) =>
      api.post('/imports?kind=programmes', 'codeScheme,code,name,kind,fieldCode,eqfLevel,credits\n', {
        'content-type': 'text/csv',
      }),
    'registers.programmes:write',
    true,
  ],
];

const api = startRegisters();

describe.each(operations)('%s', (_, send, scope, national) => {
  const ownSchool = school(randomUUID());
  const only = (caller: Caller, scopes: string[]): Caller => ({ ...caller, scopes });
  const allBut = operations.map(([, , each]) => each).filter((each) => each !== scope);

  it('is closed without a token', () => send(api.anonymous()).expect(401));
  it('is closed to a client with every other scope', () => send(api.as(only(registrar, allBut))).expect(403));
  it('is open to a national client with the scope alone', async () => {
    expect([200, 201, 202, 404, 422]).toContain((await send(api.as(only(registrar, [scope])))).status);
  });
  it(national ? 'is closed to a school' : 'is open to a school', async () => {
    const { status } = await send(api.as(only(ownSchool, [scope])));
    expect(national ? [403] : [200, 201, 404, 422]).toContain(status);
  });
});
