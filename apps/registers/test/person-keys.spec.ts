import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '@meistras/testing/tokens';
import { Learner } from '../src/learners/learner.entity.js';
import { PersonalCodes } from '../src/learners/personal-codes.js';
import { formats, seal } from '../src/personal-data/envelope.js';
import { KeyRenewalService } from '../src/personal-data/key-renewal.service.js';
import { PersonKeys } from '../src/personal-data/person-keys.service.js';
import { places } from '../src/personal-data/places.js';
import { ServiceKeys } from '../src/personal-data/service-keys.js';
import { RegistersConfig } from '../src/registers.config.js';
import { asOwner } from './erasures.js';
import { fileScopes, files } from './learner-files.js';
import {
  aLearner,
  anInstitution,
  aPersonalCode,
  codeIn,
  everyRow,
  forTeaching,
  keys,
  startRegisters,
  trusted,
} from './builders.js';
import { importFile } from './imports.js';

const ndjson = 'application/x-ndjson';
const keeper: Caller = { ...trusted, scopes: [...trusted.scopes, ...fileScopes] };

describe('keys of persons (ADR 21)', () => {
  const api = startRegisters();
  const client = () => api.as(keeper);
  const configOf = (key: number, before?: number): RegistersConfig => {
    const base64 = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
    const config = Object.assign(new RegistersConfig(), keys, { PERSONAL_CODE_KEY: base64(key) });
    return before === undefined ? config : Object.assign(config, { PERSONAL_CODE_KEY_BEFORE: base64(before) });
  };
  const keyed = (serviceKeys: ServiceKeys) => new PersonKeys(serviceKeys, api.db);
  const learner = (id: string): Promise<Learner> => everyRow(api, (tx) => tx.findOneByOrFail(Learner, { id }));

  it('has one for everybody, however they came, with a personal code and without', async () => {
    const { id: institutionId } = (await client().post('/institutions', anInstitution()).expect(201)).body;
    const work = { institutionId, position: 'Mokytojas', fullTimeShare: 1 };
    for (const personalCode of [undefined, aPersonalCode()]) {
      await client()
        .post('/learners', aLearner(personalCode ? { personalCode } : {}))
        .expect(201);
      const names = { givenName: 'Vardas', familyName: 'Raktuotas' };
      const who = personalCode ? { personalCode: aPersonalCode() } : { birthOn: '1980-05-14', sex: 'F' };
      await client()
        .post('/staff-posts', { ...names, ...who, ...work })
        .expect(201);
    }
    const [known, news] = [aLearner(), aLearner({ personalCode: aPersonalCode() })];
    await importFile(api, 'learners', [known, { ...known, familyName: 'Raktuota' }, news], ndjson);
    await importFile(api, 'learners', [known, news], ndjson);
    const staff = { givenName: 'Vardas', familyName: 'Raktinis', birthOn: '1980-05-14', sex: 'F', ...work };
    await importFile(api, 'staff-posts', [staff, { ...staff, position: 'Vadovas' }], ndjson);
    const [counts] = await everyRow(api, (tx) =>
      tx.query(`
        SELECT count(*)::int AS persons, count(k.wrapped)::int AS keyed, count(DISTINCT k.wrapped)::int AS distinct,
          (SELECT count(*)::int FROM person_key) AS keys
        FROM (SELECT id FROM learner UNION ALL SELECT id FROM staff_member) p LEFT JOIN person_key k ON k.person_id = p.id`),
    );
    expect(counts).toEqual({ persons: 8, keyed: 8, distinct: 8, keys: 8 });
  });

  it.each(files)(
    '%s lie sealed, what held before too, and only what is new is a change',
    async (file, first, second) => {
      const { id } = (await client().post('/learners', aLearner()).expect(201)).body;
      const path = `/learners/${id}/${file}`;
      await client().put(path, first).expect(200);
      await client().put(path, second, { 'if-match': '"1"' }).expect(200);
      const turned = Object.fromEntries(Object.entries(second).toReversed());
      expect((await client().put(path, turned, { 'if-match': '"2"' }).expect(200)).body.version).toBe(2);
      const rows: { content: unknown }[] = await everyRow(api, (tx) =>
        tx.query(
          `SELECT content FROM learner_file WHERE learner_id = $1 UNION ALL
         SELECT facts->'content' FROM register_period WHERE subject_id = $1 AND register = 'learner_file'`,
          [id],
        ),
      );
      expect(rows.length).toBeGreaterThan(1);
      for (const { content } of rows) expect(content).toMatch(/^[A-Za-z0-9+/]{40,}=*$/);
      expect((await client().get(path, forTeaching).expect(200)).body).toMatchObject(second);
    },
  );

  describe('from before persons had keys', () => {
    const personalCode = aPersonalCode();
    const contacts = { phone: '+37060000099' };
    let id = '';
    const path = () => `/learners/${id}/contacts`;

    beforeAll(async () => {
      id = (await client().post('/learners', aLearner({ personalCode })).expect(201)).body.id;
      await client().put(path(), { phone: '+37060000098' }).expect(200);
      await client().put(path(), contacts, { 'if-match': '"1"' }).expect(200);
      const about = { format: formats.SERVICE, key: Buffer.alloc(32, 1), nonce: Buffer.alloc(12, 5) };
      const sealed = seal(Buffer.from(personalCode), { ...about, place: Buffer.from(places.codeOfLearner(id)) });
      await asOwner(
        api,
        ['DELETE FROM person_key WHERE person_id = $1', [id]],
        ['UPDATE learner SET personal_code_sealed = $2 WHERE id = $1', [id, sealed]],
        ['UPDATE learner_file SET content = $2 WHERE learner_id = $1', [id, JSON.stringify(contacts)]],
        [
          `UPDATE register_period SET facts = jsonb_build_object('content', $2::jsonb) WHERE subject_id = $1`,
          [id, JSON.stringify(contacts)],
        ],
        ['INSERT INTO sealed_before VALUES ($1)', [id]],
      );
    });

    it('is read as ever, and given a key when something is sealed', async () => {
      expect((await client().get(`/learners/${id}`, forTeaching).expect(200)).body.personalCode).toBe(personalCode);
      expect((await client().get(path(), forTeaching).expect(200)).body.phone).toBe(contacts.phone);
      await client().put(`/learners/${id}/special-needs`, { needs: [] }).expect(200);
      expect(await api.app.get(PersonKeys).of([id])).toHaveProperty('size', 1);
    });

    it('is sealed anew by itself, and then no service key opens it', async () => {
      await everyRow(api, (tx) => tx.query('DELETE FROM match_day'));
      while ((await api.app.get(KeyRenewalService).turn()) > 0);
      expect(await everyRow(api, (tx) => tx.query('SELECT FROM sealed_before'))).toEqual([]);
      // Who is sealed anew is compared with nobody anew.
      expect(await everyRow(api, (tx) => tx.query('SELECT FROM match_day'))).toEqual([]);
      const row = await learner(id);
      expect(row.personalCodeSealed![0]).toBe(formats.PERSON);
      expect(() =>
        api.app.get(ServiceKeys).open(row.personalCodeSealed!, Buffer.from(places.codeOfLearner(id))),
      ).toThrow();
      expect(await codeIn(api, row)).toBe(personalCode);
      const open = await everyRow(api, (tx) =>
        tx.query(
          `SELECT id FROM learner_file WHERE jsonb_typeof(content) = 'object' UNION ALL
           SELECT id FROM register_period WHERE jsonb_typeof(facts->'content') = 'object'`,
        ),
      );
      expect(open).toEqual([]);
      const { body } = await client().get(`${path()}/history`, forTeaching).expect(200);
      expect(body.items[0].facts).toEqual(contacts);
    });
  });

  describe('when the service’s key is replaced', () => {
    it('are wrapped by the new one, and open what they sealed without the old one', async () => {
      const personalCode = aPersonalCode();
      const { id } = (await client().post('/learners', aLearner({ personalCode })).expect(201)).body;
      const row = await learner(id);
      const old = (await api.app.get(PersonKeys).of([id])).get(id)!;
      const replaced = new ServiceKeys(configOf(3, 1));
      // Both are known while keys are wrapped by the old one; what waits sealed by it opens too.
      expect((await keyed(replaced).of([id])).get(id)).toEqual(old);
      const waiting = api.app.get(PersonalCodes).sealBytes(Buffer.from('rows'), Buffer.from('slice'));
      expect(replaced.open(waiting, Buffer.from('slice')).toString()).toBe('rows');
      const codes = new PersonalCodes(configOf(3, 1), replaced, keyed(replaced));
      const renewal = new KeyRenewalService(configOf(3, 1), api.db, keyed(replaced), codes, replaced);
      while ((await renewal.turn()) > 0);
      const alone = new ServiceKeys(configOf(3));
      const key = (await keyed(alone).of([id])).get(id)!;
      expect(key).toEqual(old);
      expect(codes.open(row.personalCodeSealed!, places.codeOfLearner(id), key)).toBe(personalCode);
      // A backup that has the key as it was wrapped needs a service key that nobody has any more.
      await expect(api.app.get(PersonKeys).of([id])).rejects.toThrow('a service key that is not configured');
      expect(() => alone.open(waiting, Buffer.from('slice'))).toThrow();
    });
  });
});
