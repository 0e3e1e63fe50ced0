// T9, R-REG-30: people are seeded whose names, codes and birth dates occur nowhere else; they go through everything, right
// and wrong; then every log, table, answer of refusal and page of metrics is searched for them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { importRows } from '../demo/load.mjs';
import { birthOn, kindsIn, logsOf, people, tablesOf, userId } from './canaries.mjs';
import { PlatformUnderTest } from './platform-under-test.mjs';
import { twoSchools } from './two-schools.mjs';

/**
 * Where something of a person may be kept, written by hand. A personal code in clear, nowhere: not even in the answers kept
 * for repeated requests. Every other service knows a learner by id; a diploma names its holder so too.
 */
const mayHold = {
  'registers.learner': ['fact'], // the register itself; codes are encrypted
  'registers.learner_name': ['fact'], // parts of names, of nobody in particular, for the search
  'registers.register_period': ['fact'], // what held before of a learner (R-REG-27); codes have no periods, and files are sealed
  'registers.staff_member': ['fact'], // the register of staff; codes are encrypted
  'registers.correction_request': ['fact'], // what somebody says is wrong of a person, in words
  'registers.idempotency_key': ['fact'], // the answer to a registration, for when it is sent again
  'registers.import_row': ['code', 'fact'], // a file as it was sent, whatever is in it, until the import is forgotten
};

const minutes = 180_000;

describe('canaries', () => {
  const under = new PlatformUnderTest('canaries', 'postgres');
  const refusals = [];
  const learners = '/registers/v1/learners';
  let ministry;
  let school;
  let teacher;
  let matchReviewId;

  /** Sends a request that is to be refused, and keeps the whole answer. */
  async function refused(status, method, path, { body, headers = {}, client = school.api } = {}) {
    const answer = await fetch(`${under.platform.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await client.token()}`,
        'x-road-userid': userId,
        'x-purpose': 'TEACHING',
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    expect([method, path, answer.status, text]).toEqual([method, path, status, text]);
    refusals.push([`answer ${refusals.length}: ${status} ${method}`, text]);
  }

  async function readEverything() {
    const said = { 'x-purpose': 'TEACHING', 'x-road-userid': userId };
    const [{ givenName, familyName }] = people;
    expect((await ministry.get(`/registers/v1/match-reviews/${matchReviewId}`, said)).learners).toHaveLength(2);
    for (const api of [ministry, school.api]) {
      const { items: found } = await api.post(`${learners}/search`, { name: `${givenName} ${familyName}` }, said);
      expect(found.map(({ id }) => id)).toContain(school.learner.id);
      for (const file of ['guardians', 'contacts', 'special-needs', 'prior-education'])
        for (const path of [file, `${file}/history`])
          expect(kindsIn(JSON.stringify(await api.get(`${learners}/${school.learner.id}/${path}`, said)))).toContain(
            'fact',
          );
      const { personalCode: code } = await api.get(`/registers/v1/staff-members/${teacher.staffMemberId}`, said);
      expect(code).toBe(people[1].personalCode);
      await api.get(`/registers/v1/staff-posts/${teacher.id}/history`, said);
      await api.get(`/registers/v1/staff-members?familyName=${encodeURIComponent(people[1].familyName)}`, said);
      const { items } = await api.get(`${learners}?familyName=${encodeURIComponent(familyName)}`, said);
      expect(items.map(({ id }) => id)).toContain(school.learner.id);
      const { personalCode } = await api.get(`/registers/v1/learners/${school.learner.id}`, said);
      expect(personalCode).toBe(people[0].personalCode);
      await api.get(`/registers/v1/learners/${school.learner.id}/access-log`, said);
      await api.get('/registers/v1/learners/changes?limit=500');
      await api.post('/registers/v1/learners/match', { personalCode }, said);
    }
  }

  /** The second canary teaches where the first one learns, and is its guardian. */
  async function workThere() {
    const [, { personalCode, ...names }] = people;
    const { institutionId, api, learner } = school;
    const post = { institutionId, position: 'Teacher', fullTimeShare: 1 };
    teacher = await api.post('/registers/v1/staff-posts', { ...names, personalCode, ...post });
    const guardians = [{ ...names, relation: 'FATHER', represents: true }];
    const guarded = await api.put(`${learners}/${learner.id}/guardians`, { guardians });
    expect(guarded.version).toBe(2);
    school.learner = await api.get(`${learners}/${learner.id}`);
    await refused(409, 'POST', '/registers/v1/staff-posts', { body: { ...people[0], personalCode, ...post } });
    await refused(422, 'POST', '/registers/v1/staff-posts', { body: { ...names, personalCode: birthOn, ...post } });
    await refused(422, 'PUT', `${learners}/${learner.id}/guardians`, {
      body: {
        guardians: [{ ...guardians[0], relation: names.familyName, phone: personalCode, colour: names.givenName }],
      },
    });
    await refused(422, 'PUT', `${learners}/${learner.id}/contacts`, { body: { email: names.familyName } });
    await refused(422, 'POST', `${learners}/search`, { body: { name: names.familyName, birthOn: personalCode } });
    await refused(400, 'POST', `${learners}/search`, { body: { name: names.familyName, after: names.givenName } });
    await refused(422, 'POST', '/registers/v1/match-reviews', {
      body: { learnerIds: [personalCode, names.familyName] },
      client: ministry,
    });
  }

  /** Whole registers leave, files of other rows come, and somebody says what is wrong. */
  async function leaveAndCome() {
    const [{ givenName, familyName, personalCode }, { personalCode: another, ...teaches }] = people;
    const { institutionId, credential, learner } = school;
    for (const register of ['learners', 'staff-posts', 'certificate-entries']) {
      const headers = { authorization: `Bearer ${await ministry.token()}`, 'x-purpose': 'STATISTICS' };
      const answer = await fetch(`${under.platform.url}/registers/v1/${register}/export`, { headers });
      expect(answer.status).toBe(200);
      expect(kindsIn(await answer.text())).toEqual(register === 'certificate-entries' ? [] : ['fact']);
    }
    const statement = `${givenName} ${familyName}, ${birthOn}`;
    const path = '/registers/v1/correction-requests';
    await school.api.post(path, { institutionId, entryId: credential.id, statement });
    await refused(409, 'POST', path, { body: { institutionId, entryId: credential.id, statement } });
    await refused(422, 'POST', path, { body: { institutionId, entryId: personalCode, [familyName]: statement } });
    await refused(403, 'GET', '/registers/v1/me');
    const post = { ...teaches, personalCode: another, institutionId, position: 'Teacher', fullTimeShare: 1 };
    const guardians = [{ ...teaches, relation: 'FATHER', represents: true }];
    for (const [kind, rows] of [
      ['staff-posts', [post, { ...post, [another]: another, fullTimeShare: another }]],
      [
        'learner-guardians',
        [
          { personalCode, guardians },
          { learnerId: learner.id, guardians: [{ phone: another }] },
        ],
      ],
      ['certificate-entries', [{ personalCode, kind: familyName, registrationNumber: another }]],
    ])
      await importRows(ministry, 'registers', kind, rows);
  }

  async function goWrong() {
    const { id, version } = school.learner;
    const [{ givenName, familyName, personalCode }, { personalCode: another }] = people;
    const person = { givenName, familyName, personalCode, institutionId: school.institutionId };
    const match = { 'if-match': `"${version}"` };
    await refused(409, 'POST', learners, { body: person });
    await refused(422, 'POST', learners, { body: { ...person, birthOn: '2007-11-24' } });
    await refused(422, 'POST', learners, { body: { ...person, colour: givenName, sex: personalCode } });
    await refused(422, 'POST', learners, {
      body: { ...person, personalCode: Number(personalCode), birthOn: [birthOn] },
    });
    await refused(422, 'POST', learners, { body: { ...person, personalCode: `${personalCode} ${familyName}` } });
    await refused(422, 'POST', learners, { body: { ...person, institutionId: personalCode } });
    await refused(400, 'POST', learners, { body: `{"givenName":"${givenName}","personalCode":"${personalCode}"` });
    await refused(422, 'POST', learners, { body: `{"givenName":"${givenName}","givenName":"${familyName}"}` });
    await refused(415, 'POST', learners, {
      body: `<learner>${personalCode}</learner>`,
      headers: { 'content-type': 'text/xml' },
    });
    await refused(409, 'PUT', `${learners}/${id}`, {
      body: { ...person, institutionId: undefined, personalCode: another },
      headers: match,
      client: ministry,
    });
    await refused(403, 'PUT', `${learners}/${id}`, {
      body: { ...person, institutionId: undefined, personalCode: another },
      headers: match,
    });
    await refused(412, 'PUT', `${learners}/${id}`, {
      body: { givenName, familyName, birthOn, sex: 'F' },
      headers: { 'if-match': '"99"' },
    });
    await refused(400, 'GET', `${learners}?familyName=${familyName}&personalCode=${personalCode}`);
    await refused(400, 'GET', `${learners}/${personalCode}`);
    await refused(401, 'GET', `${learners}/${personalCode}`, { headers: { authorization: 'Bearer none' } });
    await refused(404, 'GET', `/registers/v1/people/${personalCode}/name`);
    await refused(400, 'GET', `${learners}?after=${personalCode}`);
    await refused(400, 'GET', `${learners}?${personalCode}=1`);
    await refused(422, 'POST', learners, { body: { ...person, [personalCode]: 1 } });
    await refused(400, 'GET', `${learners}/${id}`, { headers: { 'x-purpose': personalCode } });
    await refused(422, 'POST', '/admission/v1/applications', { body: { learnerId: personalCode, name: familyName } });
    await refused(422, 'POST', '/learning-records/v1/results', {
      body: { enrolmentId: familyName, mark: personalCode },
    });
    await refused(422, 'POST', '/registers/v1/learners/match', {
      body: { personalCode: `${personalCode}${familyName}` },
    });
  }

  /** What nobody foresaw: the database refuses in the middle of a read and of a write. */
  async function breakDown() {
    const [{ givenName, familyName }] = people;
    const body = { givenName, familyName, birthOn, sex: 'F', institutionId: school.institutionId };
    await under.query('registers', 'REVOKE INSERT ON access_record, learner FROM registers_app');
    await refused(500, 'POST', '/registers/v1/learners', { body });
    await refused(500, 'GET', `/registers/v1/learners?familyName=${familyName}`);
    await under.query('registers', 'GRANT INSERT ON access_record, learner TO registers_app');
    await under.query(
      'registers',
      `ALTER TABLE learner ADD CONSTRAINT no_canaries CHECK (given_name <> '${givenName}') NOT VALID`,
    );
    await refused(422, 'POST', '/registers/v1/learners', { body });
    await under.query('registers', 'ALTER TABLE learner DROP CONSTRAINT no_canaries');
  }

  async function finds() {
    const found = {};
    const look = (place, text) => {
      const kinds = kindsIn(text).filter((kind) => !mayHold[place]?.includes(kind));
      if (kinds.length > 0) found[place] = kinds;
    };
    for (const [place, text] of [...logsOf(under), ...refusals]) look(place, text);
    for await (const [place, text] of tablesOf(under)) look(place, text);
    for (const { name, what } of under.platform.services)
      look(`metrics of ${name}`, await (await fetch(`${what.url}/metrics`)).text());
    return found;
  }

  beforeAll(async () => {
    await under.start({ LOG_LEVEL: 'debug' });
    const { ministry: api, a, shared } = await twoSchools(under.platform, people);
    [ministry, school, matchReviewId] = [api, a, shared.matchReviewId];
    await workThere();
    // The story ends; what is still on its way arrives.
    expect(await under.settled()).toEqual([]);
    await readEverything();
    const names = { givenName: people[0].givenName, familyName: `${people[0].familyName}-Nauja` };
    const said = { 'if-match': `"${school.learner.version}"`, 'x-road-userid': userId };
    school.learner = await school.api.put(`/registers/v1/learners/${school.learner.id}`, names, said);
    await importRows(ministry, 'registers', 'institutions', [
      { ...people[0], codeScheme: 'JAR', code: people[0].personalCode, name: '' },
    ]);
    await leaveAndCome();
    await goWrong();
    await breakDown();
    expect(await under.settled()).toEqual([]);
    // Birth dates wait a moment to be compared.
    while ((await under.query('registers', 'SELECT FROM match_day')).length > 0) await delay(50);
  }, minutes);
  afterAll(() => under.stop(), minutes);

  it(
    'are in no log, event, topic, other database, refusal or metric, and in the registers where they may be',
    async () => {
      expect(await finds()).toEqual({});
    },
    minutes,
  );

  it(
    'would be found: they are where they may be, and wherever somebody puts them',
    async () => {
      const seen = {};
      for await (const [place, text] of tablesOf(under)) if (mayHold[place]) seen[place] = kindsIn(text);
      expect(seen).toEqual(
        Object.fromEntries(
          Object.entries(mayHold).map(([place, kinds]) => [place, expect.arrayContaining([...kinds].toSorted())]),
        ),
      );
      const [{ givenName, familyName, personalCode }] = people;
      await under.query('finance', `CREATE TABLE leak AS SELECT $1::text AS name, $2::bytea AS code`, [
        familyName,
        Buffer.from(`x${personalCode}`),
      ]);
      await under.query('monitoring', `CREATE TABLE leak AS SELECT $1::jsonb AS event`, [JSON.stringify({ birthOn })]);
      await under.query('bus', 'CREATE TABLE leak AS SELECT $1::text AS payload', [
        Buffer.from(`a${personalCode}`).toString('base64'),
      ]);
      appendFileSync(join(under.dir, 'logs/gateway.log'), `${encodeURIComponent(givenName)}\n`);
      expect(await finds()).toEqual({
        'finance.leak': ['code', 'fact'],
        'monitoring.leak': ['fact'],
        'bus.leak': ['code'],
        'log gateway.log': ['fact'],
      });
    },
    minutes,
  );
});
