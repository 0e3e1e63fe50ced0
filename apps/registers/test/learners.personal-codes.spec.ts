import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@meistras/platform/config/config';
import { asAdmin } from '@meistras/testing/test-database';
import { Learner } from '../src/learners/learner.entity.js';
import { PersonalCodes } from '../src/learners/personal-codes.js';
import { PersonKeys } from '../src/personal-data/person-keys.service.js';
import { places } from '../src/personal-data/places.js';
import { RegistersConfig } from '../src/registers.config.js';
import {
  aLearner,
  aPersonalCode,
  everyRow,
  faultsOf,
  forTeaching,
  registrar,
  school,
  startRegisters,
  trusted,
} from './builders.js';

describe('a personal code', () => {
  const api = startRegisters();

  it('is shown only to reads with its scope', async () => {
    const personalCode = aPersonalCode();
    const body = aLearner({ personalCode });
    const { body: created, text } = await api.as(trusted).post('/learners', body).expect(201);
    expect(text).not.toContain(personalCode);
    const path = `/learners/${created.id}`;
    expect((await api.as(registrar).get(path).expect(200)).text).not.toContain(personalCode);
    expect((await api.as(trusted).get(path, forTeaching).expect(200)).body).toEqual({ ...created, personalCode });
    const listed = await api
      .as(trusted)
      .get(`/learners?familyName=${encodeURIComponent(body.familyName)}`, forTeaching)
      .expect(200);
    expect(listed.body.items).toEqual([{ ...created, personalCode }]);
  });

  it('is in no refusal, not even where it stands as the name of a property, a parameter or a column (R-REG-30)', async () => {
    const personalCode = aPersonalCode();
    const odd = { ...aLearner(), [personalCode]: 'x', [`kodas${personalCode}`]: 1 };
    const csv = { 'content-type': 'text/csv' };
    const header = `givenName,familyName,${personalCode},${personalCode}\nA,B,C,D\n`;
    const refusals = [
      await api.as(registrar).post('/learners', odd).expect(422),
      await api.as(registrar).get(`/learners?${personalCode}=1`).expect(400),
      await api.as(registrar).post('/imports?kind=learners', header, csv).expect(400),
    ];
    for (const { text } of refusals) expect(text).not.toContain(personalCode);
    expect(faultsOf(refusals[0]!.body)).toEqual(['/… UNKNOWN', '/… UNKNOWN']);
  });

  it('is nowhere in the database in clear, and never sealed twice alike (T9, R-REG-30)', async () => {
    const personalCode = aPersonalCode();
    const { body } = await api.as(trusted).post('/learners', aLearner({ personalCode })).expect(201);
    const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
    const dump = await asAdmin(async (admin) => {
      const tables = await admin.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      );
      const rows = await Promise.all(tables.rows.map(({ name }) => admin.query(`SELECT t::text FROM ${name} t`)));
      return JSON.stringify(rows.map((result) => result.rows));
    }, row?.name);
    expect(dump).toContain(body.id);
    for (const form of [personalCode, Buffer.from(personalCode).toString('hex')]) expect(dump).not.toContain(form);
    const [codes, key] = [api.app.get(PersonalCodes), Buffer.alloc(32, 7)];
    expect(codes.seal(personalCode, 'row', key)).not.toEqual(codes.seal(personalCode, 'row', key));
  });

  it('opens in its own row and by the key of its person alone', async () => {
    const personalCode = aPersonalCode();
    const { body } = await api.as(registrar).post('/learners', aLearner({ personalCode })).expect(201);
    const learner = await everyRow(api, (tx) => tx.findOneByOrFail(Learner, { id: body.id }));
    const sealed = learner.personalCodeSealed!;
    const codes = api.app.get(PersonalCodes);
    const key = (await api.app.get(PersonKeys).of([body.id])).get(body.id)!;
    const open = (bytes: Buffer, id = body.id as string, by = key) => codes.open(bytes, places.codeOfLearner(id), by);
    expect(open(sealed)).toBe(personalCode);
    expect(() => open(sealed, randomUUID())).toThrow();
    expect(() => open(sealed, body.id, Buffer.alloc(32, 7))).toThrow();
    const changed = Buffer.from(sealed);
    changed[14] = sealed[14]! ^ 1;
    expect(() => open(changed)).toThrow();
    expect(() => open(Buffer.of(9, ...sealed.subarray(1)))).toThrow('unknown format');
  });

  it('finds its owner: the id within reach, its existence beyond, and 404 when unknown', async () => {
    const personalCode = aPersonalCode();
    const { body } = await api.as(registrar).post('/learners', aLearner({ personalCode })).expect(201);
    const match = (caller = registrar, code = personalCode) =>
      api.as(caller).post('/learners/match', { personalCode: code });
    expect((await match().expect(200)).body).toEqual({ known: true, learnerId: body.id });
    expect((await match(school(randomUUID())).expect(200)).body).toEqual({ known: true });
    const unknown = aPersonalCode();
    expect((await match(registrar, unknown).expect(404)).text).not.toContain(unknown);
    expect((await match(registrar, '50905149903').expect(422)).text).not.toContain('50905149903');
  });

  it('needs two keys, and the service does not start without them', () => {
    const key = Buffer.alloc(32, 1).toString('base64');
    const start = (keys: Record<string, string>) => () => loadConfig(RegistersConfig, keys);
    expect(start({})).toThrow(/PERSONAL_CODE_KEY must be the base64 of 32 bytes/);
    expect(start({ PERSONAL_CODE_KEY: key })).toThrow(/PERSONAL_CODE_INDEX_KEY must be the base64 of 32 bytes/);
    expect(start({ PERSONAL_CODE_KEY: 'c2hvcnQ=' })).toThrow(/PERSONAL_CODE_KEY must be the base64 of 32 bytes/);
    expect(start({ PERSONAL_CODE_KEY: key, PERSONAL_CODE_INDEX_KEY: key })).toThrow(/must be another key/);
  });
});
