import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { fileScopes } from './learner-files.js';
import { aLearner, anInstitution, aPersonalCode, registrar, school, startRegisters } from './builders.js';
import { importFile } from './imports.js';

const ndjson = 'application/x-ndjson';

/** Kinds of rows about persons, each with what a row says beside the person. */
const kinds: [string, object][] = [
  ['learners', { givenName: 'Vardas', familyName: 'Svetima' }],
  ['staff-posts', { givenName: 'Vardas', familyName: 'Svetima', position: 'Mokytojas', fullTimeShare: 1 }],
  ['certificate-entries', { kind: 'DIPLOMA', programmeCode: 'P1', registrationNumber: 'N-1', issuedOn: '1998-06-20' }],
  ['learner-guardians', { guardians: [] }],
  ['learner-contacts', { phone: '+37060000001' }],
  ['learner-special-needs', { needs: [] }],
  ['learner-prior-education', { education: [] }],
];

describe('rows about persons (R-REG-18)', () => {
  const api = startRegisters();
  const national: Caller = { ...registrar, scopes: [...registrar.scopes, ...fileScopes] };
  const personalCode = aPersonalCode();
  let own = '';
  beforeAll(async () => {
    own = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id;
    const foreign = (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id;
    const learner = { ...aLearner({ personalCode }), institutionId: foreign };
    await api.as(registrar).post('/learners', learner).expect(201);
  });

  const near = (): [string, Caller][] => [
    ['a school', { ...school(own), scopes: national.scopes }],
    ['a client without institutions', { ...school(), scopes: national.scopes }],
  ];

  it.each(kinds)('%s: a school is refused before a row is read, whatever it says and of whom', async (kind, facts) => {
    for (const [, caller] of near()) {
      const answers = await Promise.all(
        [
          // Of somebody whom another school registered, of nobody, and with a faulty person.
          { ...facts, personalCode, institutionId: own },
          { ...facts, personalCode: aPersonalCode(), institutionId: own },
          { ...facts, personalCode, birthOn: '2999-01-01', institutionId: own },
        ].map(async (row) => {
          const headers = { 'content-type': ndjson };
          const { body } = await api.as(caller).post(`/imports?kind=${kind}`, JSON.stringify(row), headers).expect(403);
          return { ...body, requestId: '' };
        }),
      );
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    }
    const jobs: unknown[] = await api.db.query(`SELECT FROM import_job WHERE client_id = 'school-system'`);
    expect(jobs).toEqual([]);
  });

  it('a report of rows is as unknown to a school as their persons are', async () => {
    const job = await importFile(api, 'learners', [{ ...aLearner({ personalCode }), birthOn: '1999-01-01' }], ndjson);
    expect(job).toMatchObject({ failed: 1 });
    for (const [, caller] of near())
      for (const path of ['', '/report', '/events']) await api.as(caller).get(`/imports/${job.id}${path}`).expect(404);
  });
});
