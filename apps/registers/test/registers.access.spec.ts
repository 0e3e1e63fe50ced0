import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { CallerApi } from '@meistras/testing/start-service';
import type { Caller } from '@meistras/testing/tokens';
import {
  aLearner,
  anEmployer,
  anInstitution,
  aNonFormalProgramme,
  aProgramme,
  registrar,
  school,
  startRegisters,
} from './builders.js';

type Send = (api: CallerApi) => ReturnType<CallerApi['get']>;

const id = randomUUID();
const match = { 'if-match': '"1"' };

/** With the scope that opens it, and whether it is for national clients alone. */
type OpenedOperation = [string, Send, scope: string, national: boolean];

/** Those of a register that anybody reads, found by a code. */
function operationsOf(register: string, facts: object): OpenedOperation[] {
  const [read, write] = [`registers.${register}:read`, `registers.${register}:write`];
  const path = `/${register}`;
  return [
    [`GET ${path}/changes`, (api) => api.get(`${path}/changes`), read, false],
    [`GET ${path}/export`, (api) => api.get(`${path}/export`), read, false],
    [`POST ${path}`, (api) => api.post(path, { code: 'A-1', ...facts }), write, true],
    [`PUT ${path}/{id}`, (api) => api.put(`${path}/${id}`, facts, match), write, true],
    [`PUT ${path}/{id}/deregistration`, (api) => api.put(`${path}/${id}/deregistration`, {}, match), write, true],
    [`PUT ${path}/by-code`, (api) => api.put(`${path}/by-code/A-2`, facts), write, true],
  ];
}

/** Every operation that is not public. */
const operations: OpenedOperation[] = [
  ['GET /institutions/changes', (api) => api.get('/institutions/changes'), 'registers.institutions:read', false],
  ['GET /institutions/export', (api) => api.get('/institutions/export'), 'registers.institutions:read', false],
  [
    'PUT /institutions/{id}/closure',
    (api) => api.put(`/institutions/${id}/closure`, { validFrom: '2026-09-01' }, match),
    'registers.institutions:write',
    true,
  ],
  [
    'PUT /institutions/{id}/code',
    (api) => api.put(`/institutions/${id}/code`, { codeScheme: 'JAR', code: '188603091' }, match),
    'registers.institutions:write',
    true,
  ],
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
  ['GET /programmes/changes', (api) => api.get('/programmes/changes'), 'registers.programmes:read', false],
  ['GET /programmes/export', (api) => api.get('/programmes/export'), 'registers.programmes:read', false],
  [
    'PUT /programmes/{id}/deregistration',
    (api) => api.put(`/programmes/${id}/deregistration`, { validFrom: '2026-09-01' }, match),
    'registers.programmes:write',
    true,
  ],
  [
    'PUT /programmes/{id}/succession',
    (api) => api.put(`/programmes/${id}/succession`, { successorId: id, validFrom: '2026-09-01' }, match),
    'registers.programmes:write',
    true,
  ],
  [
    'PUT /programmes/{id}/code',
    (api) => api.put(`/programmes/${id}/code`, { codeScheme: 'SMPKR', code: 'P43061301' }, match),
    'registers.programmes:write',
    true,
  ],
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
  ['GET /employers', (api) => api.get('/employers'), 'registers.employers:read', false],
  ['GET /employers/changes', (api) => api.get('/employers/changes'), 'registers.employers:read', false],
  ['GET /employers/export', (api) => api.get('/employers/export'), 'registers.employers:read', false],
  ['GET /employers/{id}', (api) => api.get(`/employers/${id}`), 'registers.employers:read', false],
  ['GET /employers/{id}/history', (api) => api.get(`/employers/${id}/history`), 'registers.employers:read', false],
  ['POST /employers', (api) => api.post('/employers', anEmployer()), 'registers.employers:write', true],
  ['PUT /employers/{id}', (api) => api.put(`/employers/${id}`, anEmployer(), match), 'registers.employers:write', true],
  [
    'PUT /employers/{id}/deregistration',
    (api) => api.put(`/employers/${id}/deregistration`, {}, match),
    'registers.employers:write',
    true,
  ],
  [
    'PUT /employers/by-code',
    (api) => api.put('/employers/by-code/JAR/188603091', anEmployer()),
    'registers.employers:write',
    true,
  ],
  [
    'GET /non-formal-programmes',
    (api) => api.get('/non-formal-programmes'),
    'registers.non-formal-programmes:read',
    false,
  ],
  [
    'GET /non-formal-programmes/changes',
    (api) => api.get('/non-formal-programmes/changes'),
    'registers.non-formal-programmes:read',
    false,
  ],
  [
    'GET /non-formal-programmes/export',
    (api) => api.get('/non-formal-programmes/export'),
    'registers.non-formal-programmes:read',
    false,
  ],
  [
    'GET /non-formal-programmes/{id}',
    (api) => api.get(`/non-formal-programmes/${id}`),
    'registers.non-formal-programmes:read',
    false,
  ],
  [
    'GET /non-formal-programmes/{id}/history',
    (api) => api.get(`/non-formal-programmes/${id}/history`),
    'registers.non-formal-programmes:read',
    false,
  ],
  [
    'POST /non-formal-programmes',
    (api) => api.post('/non-formal-programmes', aNonFormalProgramme()),
    'registers.non-formal-programmes:write',
    true,
  ],
  [
    'PUT /non-formal-programmes/{id}',
    (api) => api.put(`/non-formal-programmes/${id}`, aNonFormalProgramme(), match),
    'registers.non-formal-programmes:write',
    true,
  ],
  [
    'PUT /non-formal-programmes/{id}/deregistration',
    (api) => api.put(`/non-formal-programmes/${id}/deregistration`, {}, match),
    'registers.non-formal-programmes:write',
    true,
  ],
  [
    'PUT /non-formal-programmes/by-code',
    (api) => api.put('/non-formal-programmes/by-code/1', aNonFormalProgramme()),
    'registers.non-formal-programmes:write',
    true,
  ],
  ['GET /classifiers/changes', (api) => api.get('/classifiers/changes'), 'registers.classifiers:read', false],
  [
    'GET /classifiers/{code}/versions/{number}',
    (api) => api.get('/classifiers/KL_COUNTY/versions/1'),
    'registers.classifiers:read',
    true,
  ],
  [
    'GET /classifiers/{code}/versions/{number}/items',
    (api) => api.get('/classifiers/KL_COUNTY/versions/1/items'),
    'registers.classifiers:read',
    true,
  ],
  [
    'GET /classifiers/{code}/versions/{number}/preview',
    (api) => api.get('/classifiers/KL_ISV_PRIEZ2/versions/1/preview'),
    'registers.classifiers:read',
    true,
  ],
  ['POST /classifiers', (api) => api.post('/classifiers', { code: 'KL_NEW' }), 'registers.classifiers:write', true],
  [
    'POST /classifiers/{code}/versions',
    (api) => api.post('/classifiers/KL_COUNTY/versions', { act: 'V-1' }),
    'registers.classifiers:write',
    true,
  ],
  [
    'PUT /classifiers/{code}/versions/{number}',
    (api) => api.put('/classifiers/KL_NONE/versions/1', { act: 'V-1' }, match),
    'registers.classifiers:write',
    true,
  ],
  [
    'PUT /classifiers/{code}/versions/{number}/items',
    (api) => api.put('/classifiers/KL_NONE/versions/1/items', { items: [] }, match),
    'registers.classifiers:write',
    true,
  ],
  [
    'POST /classifiers/{code}/versions/{number}/publish',
    (api) => api.post('/classifiers/KL_NONE/versions/1/publish', undefined, match),
    'registers.classifiers:write',
    true,
  ],
  [
    'PUT /classifiers/{code}/versions/{number}/items/{itemCode}/end',
    (api) => api.put('/classifiers/KL_NONE/versions/1/items/A/end', { validTo: '2030-01-01' }, match),
    'registers.classifiers:write',
    true,
  ],
  [
    'POST /imports of classifier items',
    (api) =>
      api.post('/imports?kind=classifier-items', 'classifierCode,number,code,nameLt,nameEn\n', {
        'content-type': 'text/csv',
      }),
    'registers.classifiers:write',
    true,
  ],
  ['GET /licences/changes', (api) => api.get('/licences/changes'), 'registers.licences:read', false],
  ['GET /licences/export', (api) => api.get('/licences/export'), 'registers.licences:read', false],
  ['GET /late-entries', (api) => api.get('/late-entries'), 'registers.learners:read', false],
  ...['', '/changes', `/${id}`, `/${id}/history`].map((path): OpenedOperation => {
    const address = `/certificate-entries${path}`;
    return [`GET ${address}`, (api) => api.get(address), 'registers.certificate-entries:read', false];
  }),
  ['GET /staff-members', (api) => api.get('/staff-members'), 'registers.staff:read', false],
  ['GET /staff-members/{id}', (api) => api.get(`/staff-members/${id}`), 'registers.staff:read', false],
  ['GET /staff-posts/{id}/history', (api) => api.get(`/staff-posts/${id}/history`), 'registers.staff:read', false],
  ['GET /staff-posts/changes', (api) => api.get('/staff-posts/changes'), 'registers.staff:read', false],
  [
    'PUT /staff-members/{id}',
    (api) => api.put(`/staff-members/${id}`, aLearner(), match),
    'registers.staff:write',
    false,
  ],
  ['POST /staff-posts', (api) => api.post('/staff-posts', {}), 'registers.staff:write', false],
  [
    'POST /staff-members/{id}/development',
    (api) => api.post(`/staff-members/${id}/development`, {}),
    'registers.staff:write',
    false,
  ],
  [
    'PUT /staff-posts/{id}',
    (api) => api.put(`/staff-posts/${id}`, { fullTimeShare: 1 }, match),
    'registers.staff:write',
    false,
  ],
  [
    'PUT /staff-posts/{id}/end',
    (api) => api.put(`/staff-posts/${id}/end`, { validFrom: '2026-09-01' }, match),
    'registers.staff:write',
    false,
  ],
  ...operationsOf('qualifications', { name: 'Q', eqfLevel: 4 }),
  ...operationsOf('occupational-standards', { name: 'S', sector: 'IT', approvedOn: '2026-01-01' }),
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

describe('code lists that are published', () => {
  it.each([
    '/classifiers',
    '/classifiers/KL_COUNTY',
    '/classifiers/KL_COUNTY/versions',
    '/classifiers/KL_COUNTY/items',
    '/classifiers/KL_COUNTY/versions/1/difference',
  ])('GET %s is open to everybody', (path) => api.anonymous().get(path).expect(200));
});
