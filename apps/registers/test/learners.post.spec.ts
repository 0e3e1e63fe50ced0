import { describe, expect, it } from '@jest/globals';
import { Learner } from '../src/learners/learner.entity.js';
import type { RegisterLearnerDto } from '../src/learners/learners.dto.js';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  everyRow,
  faultsOf,
  registrar,
  school,
  startRegisters,
} from './builders.js';

describe('POST /learners', () => {
  const api = startRegisters();

  it('registers the learner and announces it without personal data', async () => {
    const personalCode = aPersonalCode();
    const shown = aLearner({ personalCode, homeMunicipalityCode: 'LT-16' });
    const { body: created, headers } = await api.as(registrar).post('/learners', shown).expect(201);
    delete shown.personalCode;
    expect(created).toMatchObject({ ...shown, version: 1, sex: 'M', possiblyForeign: false });
    expect(created.birthOn).toBe(
      `20${personalCode.slice(1, 3)}-${personalCode.slice(3, 5)}-${personalCode.slice(5, 7)}`,
    );
    expect(created).not.toHaveProperty('personalCode');
    expect(headers['etag']).toBe('"1"');
    expect(await api.events()).toEqual([
      {
        type: 'registers.learner.registered.v1',
        key: created.id,
        version: 1,
        payload: { learnerId: created.id, version: 1, birthYear: 2009 },
      },
    ]);
  });

  it('without a personal code registers a possibly foreign person (R-REG-02)', async () => {
    const { body } = await api.as(registrar).post('/learners', aLearner()).expect(201);
    expect(body).toMatchObject({ possiblyForeign: true, birthOn: '2009-05-14', sex: 'F' });
    expect(await everyRow(api, (tx) => tx.findOneBy(Learner, { id: body.id }))).toMatchObject({
      personalCodeSealed: null,
      personalCodeIndex: null,
    });
  });

  it('answers the same when the request is repeated, and keeps no personal code with the answer', async () => {
    const body = aLearner({ personalCode: aPersonalCode() });
    const key = { 'idempotency-key': 'the-same-key-1' };
    const first = await api.as(registrar).post('/learners', body, key).expect(201);
    const again = await api.as(registrar).post('/learners', body, key).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(await everyRow(api, (tx) => tx.countBy(Learner, { familyName: body.familyName }))).toBe(1);
  });

  it('registers one learner for ten copies of a request that arrive together, and tells all of them', async () => {
    const body = aLearner({ personalCode: aPersonalCode() });
    const key = { 'idempotency-key': 'the-same-key-2' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.as(registrar).post('/learners', body, key).expect(201)),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await everyRow(api, (tx) => tx.countBy(Learner, { familyName: body.familyName }))).toBe(1);
  });

  it('refuses one of many that are stored together without harm to the others', async () => {
    const taken = aPersonalCode();
    await api
      .as(registrar)
      .post('/learners', aLearner({ personalCode: taken }))
      .expect(201);
    const before = (await api.events()).length;
    const bodies = Array.from({ length: 20 }, (_, i) => aLearner({ personalCode: i === 7 ? taken : aPersonalCode() }));
    const answers = await Promise.all(bodies.map((body) => api.as(registrar).post('/learners', body)));
    expect(answers.map(({ status }) => status)).toEqual(bodies.map((_, i) => (i === 7 ? 409 : 201)));
    expect(await api.events()).toHaveLength(before + 19);
  });

  it.each([{}, { givenName: 'Kitas-vardas', familyName: 'Kita-pavardė' }])(
    'refuses a personal code that is taken and shows nothing of its owner, named %j (section 8)',
    async (names) => {
      const body = aLearner({ personalCode: aPersonalCode(), givenName: 'Pirmas-vardas', familyName: 'Pirma-pavardė' });
      const { body: first } = await api.as(registrar).post('/learners', body).expect(201);
      const { body: problem, text } = await api
        .as(registrar)
        .post('/learners', { ...body, ...names })
        .expect(409);
      expect(problem.type).toBe('urn:meistras:problem:registers:learner-personal-code-taken');
      for (const secret of ['Pirmas', 'Pirma-pavardė', first.id, body.personalCode]) expect(text).not.toContain(secret);
    },
  );

  it('trims outer spaces of a personal code (section 8)', async () => {
    const personalCode = aPersonalCode();
    await api
      .as(registrar)
      .post('/learners', aLearner({ personalCode: ` ${personalCode} ` }))
      .expect(201);
    await api.as(registrar).post('/learners', aLearner({ personalCode })).expect(409);
  });

  it('stores names composed (section 8)', async () => {
    const familyName = 'Z\u030cve\u0307rele\u0307';
    const { body } = await api.as(registrar).post('/learners', aLearner({ familyName })).expect(201);
    expect(body.familyName).toBe('Žvėrelė');
  });

  it.each<[string, Partial<RegisterLearnerDto>, string[]]>([
    ['with 10 digits', { personalCode: '5090514990' }, ['/personalCode INVALID_FORMAT']],
    ['with a letter', { personalCode: '5O905149902' }, ['/personalCode INVALID_FORMAT']],
    ['with an inner space', { personalCode: '509051 49902' }, ['/personalCode INVALID_FORMAT']],
    ['with a hyphen', { personalCode: '509051-49902' }, ['/personalCode INVALID_FORMAT']],
    ['with 30 February', { personalCode: '50902309904' }, ['/personalCode INVALID_DATE']],
    ['with a wrong check digit', { personalCode: '50905149903' }, ['/personalCode INVALID_CHECKSUM']],
    ['with G = 9 and no more', { personalCode: '99999999997' }, ['/birthOn REQUIRED', '/sex REQUIRED']],
    [
      'of another birth date than its code',
      { personalCode: '50905149902', birthOn: '2009-05-15' },
      ['/birthOn CODE_DIFFERS', '/personalCode CODE_DIFFERS'],
    ],
    [
      'of another sex than its code',
      { personalCode: '50905149902', sex: 'F' },
      ['/personalCode CODE_DIFFERS', '/sex CODE_DIFFERS'],
    ],
    ['born on no day', { birthOn: '2009-02-29' }, ['/birthOn DAY']],
    ['born tomorrow', { birthOn: '2999-01-01' }, ['/birthOn IN_FUTURE']],
    ['without names', { givenName: '', familyName: ' ' }, ['/familyName MATCHES', '/givenName MATCHES']],
    ['from nowhere', { homeMunicipalityCode: 'LT-99' }, ['/homeMunicipalityCode UNKNOWN_CODE']],
    ['at no institution', { institutionId: '0198c0de-0000-7000-8000-00000000000f' }, ['/institutionId UNKNOWN']],
  ])('a learner %s is refused, and nothing is stored', async (_, facts, faults) => {
    const before = await everyRow(api, (tx) => tx.count(Learner));
    const { body, text } = await api.as(registrar).post('/learners', aLearner(facts)).expect(422);
    expect(faultsOf(body)).toEqual(faults);
    if (facts.personalCode !== undefined) expect(text).not.toContain(facts.personalCode);
    expect(await everyRow(api, (tx) => tx.count(Learner))).toBe(before);
  });

  it('a personal code with G = 9 is taken with a birth date', async () => {
    const facts = { personalCode: '99999999997', birthOn: '2009-05-14', sex: 'F' } as const;
    await api.as(registrar).post('/learners', aLearner(facts)).expect(201);
  });

  it('a school registers for itself alone, and says so', async () => {
    const { body: own } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const { body: other } = await api.as(registrar).post('/institutions', anInstitution()).expect(201);
    const client = api.as(school(own.id));
    const { body } = await client.post('/learners', aLearner({ institutionId: own.id })).expect(201);
    expect(body.institutionId).toBe(own.id);
    await client.post('/learners', aLearner({ institutionId: other.id })).expect(404);
    const { body: problem } = await client.post('/learners', aLearner()).expect(422);
    expect(faultsOf(problem)).toEqual(['/institutionId REQUIRED']);
  });
});
