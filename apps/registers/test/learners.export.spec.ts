import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { EnrolmentStartedV1 } from '@meistras/contracts/events/learning-records/enrolment';
import { AccessRecord } from '@meistras/platform/access-log/access-record.entity';
import { BulkAccess } from '@meistras/platform/access-log/bulk-access.entity';
import { asAdmin } from '@meistras/testing/test-database';
import type { Caller } from '@meistras/testing/tokens';
import {
  aLearner,
  anEnrolment,
  anInstitution,
  aPersonalCode,
  everyRow,
  forTeaching,
  matcher,
  officer,
  person,
  registrar,
  school,
  startRegisters,
} from './builders.js';

const exportScope = 'registers.learner-exports:read';
const replica: Caller = { ...officer, scopes: [exportScope, 'registers.learners:read'], clientId: 'replica' };
const keeper: Caller = {
  ...replica,
  scopes: [...matcher.scopes, exportScope, 'registers.protected:read', 'registers.protected:write'],
  clientId: 'keeper',
};

interface Line {
  id: string;
}

describe('GET /learners/export', () => {
  const api = startRegisters();
  let [own, other] = ['', ''];

  const register = async (facts = {}): Promise<string> =>
    (await api.as(registrar).post('/learners', aLearner(facts)).expect(201)).body.id;
  const linesOf = (text: string): Line[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  const exported = async (who: Caller): Promise<Line[]> =>
    linesOf((await api.as(who).get('/learners/export', forTeaching).expect(200)).text);
  const idsOf = async (who: Caller): Promise<string[]> => (await exported(who)).map(({ id }) => id);
  /** Operations and clients that the person and the officer are told of, newest first; both are told the same. */
  const lookedAt = async (id: string): Promise<string[]> => {
    const { body: mine } = await api.as(person(id)).get('/me/access-log?limit=500').expect(200);
    return mine.items
      .map((each: { operation: string; clientId: string }) => `${each.operation} ${each.clientId}`)
      .filter((each: string) => !each.startsWith('listMyAccesses'));
  };
  const merge = async (survivorId: string, loserId: string): Promise<{ id: string; version: number }> => {
    const { body: review } = await api
      .as(matcher)
      .post('/match-reviews', { learnerIds: [survivorId, loserId] })
      .expect(201);
    const decision = { decision: 'SAME_PERSON', survivorId, reason: 'Seen' };
    const path = `/match-reviews/${review.id}/decision`;
    return (await api.as(matcher).put(path, decision, { 'if-match': '"1"' }).expect(200)).body;
  };

  beforeAll(async () => {
    [own, other] = await Promise.all(
      [1, 2].map(async () => (await api.as(registrar).post('/institutions', anInstitution()).expect(201)).body.id),
    );
  });

  it('streams what the list answers, and neither personal codes nor what only searches need', async () => {
    const personalCode = aPersonalCode();
    await register({ personalCode, homeMunicipalityCode: 'LT-16', institutionId: own });
    await register({ familyName: 'Žąsėnas-„Ą"', validFrom: '2026-01-01', legalBasis: 'V-1' });
    const coded: Caller = { ...replica, scopes: [...replica.scopes, 'registers.personal-codes:read'] };
    const { body: listed } = await api.as(replica).get('/learners?limit=500').expect(200);
    const { text, headers } = await api.as(coded).get('/learners/export', forTeaching).expect(200);
    expect(linesOf(text)).toEqual(listed.items);
    expect(text).not.toContain(personalCode);
    expect(headers['content-type']).toBe('application/x-ndjson');
    const { text: table } = await api.as(replica).get('/learners/export?format=csv', forTeaching).expect(200);
    const [header = ''] = table.split('\n');
    expect(header.split(',')).toEqual(expect.arrayContaining(['id', 'givenName', 'institutionId']));
    expect(header).not.toMatch(/code_|Key|Sealed|Index/);
  });

  it('is for clients with the scope of its own that say what for', async () => {
    const reader: Caller = { ...replica, scopes: ['registers.learners:read'] };
    await api.as(reader).get('/learners/export', forTeaching).expect(403);
    const before = await everyRow(api, (tx) => tx.count(BulkAccess));
    const { body } = await api.as(replica).get('/learners/export').expect(400);
    expect(body.type).toBe('urn:meistras:problem:registers:purpose-missing');
    expect(await everyRow(api, (tx) => tx.count(BulkAccess))).toBe(before);
  });

  it('leaves one record for everybody, which all who were in it find, and nobody else', async () => {
    const [plain, protectedOne, kept, loser, parted] = await Promise.all(
      // On days of their own, so that the register itself finds no two alike before the test does.
      [1, 2, 3, 4, 5].map((day) => register({ birthOn: `2001-0${day}-1${day}` })),
    );
    const protect = (id: string, body: object, version: number) =>
      api
        .as(keeper)
        .put(`/learners/${id}/protection`, body, { 'if-match': `"${version}"` })
        .expect(200);
    await protect(protectedOne!, { category: 'ADOPTION' }, 1);
    await merge(kept!, loser!);
    const review = await merge(plain!, parted!);
    const ids = await idsOf(replica);
    const { version } = review;
    await api
      .as(matcher)
      .put(`/match-reviews/${review.id}/reversal`, { reason: 'Two' }, { 'if-match': `"${version}"` })
      .expect(200);
    await protect(protectedOne!, {}, 2);
    const later = await register();
    const all = { plain, kept, protectedOne, loser, parted, later };
    for (const [name, id] of Object.entries(all)) {
      const isIn = ['plain', 'kept'].includes(name);
      expect([name, ids.includes(id!)]).toEqual([name, isIn]);
      expect([name, (await lookedAt(id!)).includes('exportLearners replica')]).toEqual([name, isIn]);
    }
    const [record, ...others] = await everyRow(api, (tx) =>
      tx.find(BulkAccess, { order: { id: 'DESC' }, take: 1, where: { clientId: 'replica' } }),
    );
    expect(others).toEqual([]);
    expect(record).toMatchObject({ register: 'learner', persons: ids.length, purpose: 'TEACHING', employee: null });
    expect(await everyRow(api, (tx) => tx.countBy(AccessRecord, { operation: 'exportLearners' }))).toBe(0);
    expect(await idsOf(keeper)).not.toContain(loser);
    const again = await lookedAt(plain!);
    expect(again.filter((each) => each.startsWith('exportLearners'))).toEqual([
      'exportLearners keeper',
      'exportLearners replica',
    ]);
  });

  it('shows who is protected to whoever may see them, and says so', async () => {
    const id = await register();
    await api.as(keeper).put(`/learners/${id}/protection`, { category: 'ADOPTION' }, { 'if-match': '"1"' }).expect(200);
    expect(await idsOf(replica)).not.toContain(id);
    expect(await idsOf(keeper)).toContain(id);
    expect((await lookedAt(id)).filter((each) => each.startsWith('export'))).toEqual(['exportLearners keeper']);
  });

  it('is in the officer’s log in its place among single reads, page by page', async () => {
    const id = await register();
    await api.as(registrar).get(`/learners/${id}`).expect(200);
    await exported(replica);
    await api.as(registrar).get(`/learners/${id}`).expect(200);
    await exported(replica);
    const seen: { id: string; operation: string; national: boolean; requestId: string }[] = [];
    for (let path = `/learners/${id}/access-log?limit=1`; path !== '';) {
      const { body } = await api.as(officer).get(path).expect(200);
      seen.push(...body.items);
      path = body.next ? `/learners/${id}/access-log?limit=1&after=${encodeURIComponent(body.next)}` : '';
    }
    const reads = seen.filter(({ operation }) => operation !== 'listLearnerAccesses');
    expect(reads.map(({ operation }) => operation)).toEqual([
      'exportLearners',
      'getLearner',
      'exportLearners',
      'getLearner',
    ]);
    expect(reads[0]).toMatchObject({ national: true, clientId: 'replica', requestId: expect.any(String) });
    expect(new Set(reads.map((each) => each.id)).size).toBe(4);
  });

  it('shows a school its own learners and those enrolled there, each with a record of their own', async () => {
    const [mine, foreign, enrolled] = [
      await register({ institutionId: own }),
      await register({ institutionId: other }),
      await register({ institutionId: other }),
    ];
    await api.consume(EnrolmentStartedV1, anEnrolment({ learnerId: enrolled, institutionId: own }));
    const system: Caller = { ...school(own), scopes: replica.scopes };
    const ids = await idsOf(system);
    expect(ids).toEqual(expect.arrayContaining([mine, enrolled]));
    expect(ids).not.toContain(foreign);
    const { body: listed } = await api.as(school(own)).get('/learners?limit=500').expect(200);
    expect(ids).toEqual(listed.items.map((each: Line) => each.id));
    const records = await everyRow(api, (tx) => tx.findBy(AccessRecord, { operation: 'exportLearners' }));
    expect(records.map(({ subjectId }) => subjectId).toSorted()).toEqual(ids.toSorted());
    expect(await lookedAt(foreign)).not.toContain('exportLearners school-system');
    expect(await exported({ ...system, institutions: [randomUUID()] })).toEqual([]);
  });

  it('counts nobody whose registration was under way, and is gone on from without a gap', async () => {
    const slow = randomUUID();
    const early = api.db.createQueryRunner();
    await early.startTransaction();
    await early.query(`SELECT set_config('meistras.reach', '*', true)`);
    const columns = `version, state, institution_id, given_name, family_name, given_name_key, family_name_key, birth_on,
      sex, possibly_foreign, valid_from, recorded_at, provider`;
    const [{ id: pattern }] = await everyRow(api, (tx) => tx.query('SELECT id FROM learner LIMIT 1'));
    await early.query(
      `INSERT INTO learner (id, ${columns}) SELECT $1, 1, 'REGISTERED', NULL, 'A', 'B', 'a', 'b', birth_on, sex, true,
         valid_from, recorded_at, provider FROM learner WHERE id = $2`,
      [slow, pattern],
    );
    await early.query(
      `INSERT INTO outbox (event_id, type, topic, key, version, payload, occurred_at)
       VALUES (gen_random_uuid(), 'registers.learner.registered.v1', 'registers.learner', $1, 1,
         jsonb_build_object('learnerId', $1::text, 'version', 1), now())`,
      [slow],
    );
    const { text, headers } = await api.as(replica).get('/learners/export', forTeaching).expect(200);
    await early.commitTransaction();
    await early.release();
    expect(linesOf(text).map(({ id }) => id)).not.toContain(slow);
    expect(await lookedAt(slow)).not.toContain('exportLearners replica');
    const later = await register();
    const mark = encodeURIComponent(String(headers['x-high-watermark']));
    const { body: feed } = await api.as(replica).get(`/learners/changes?after=${mark}`).expect(200);
    expect(feed.items.map((each: Line) => each.id)).toEqual(expect.arrayContaining([slow, later]));
  });

  it('sends nothing where no record can be written', async () => {
    const familyName = 'Slapta-eksportui';
    await register({ familyName, institutionId: own });
    const asOwner = async (sql: string): Promise<void> => {
      const [row]: { name: string }[] = await api.db.query('SELECT current_database() AS name');
      await asAdmin((admin) => admin.query(sql), row?.name);
    };
    for (const [table, who] of [
      ['bulk_access', replica],
      ['access_record', { ...school(own), scopes: replica.scopes }],
    ] as const) {
      await asOwner(`REVOKE INSERT ON ${table} FROM registers_app`);
      try {
        const { status, text } = await api.as(who).get('/learners/export', forTeaching);
        expect(status).toBeGreaterThanOrEqual(500);
        expect(text).not.toContain(familyName);
      } finally {
        await asOwner(`GRANT INSERT ON ${table} TO registers_app`);
      }
      expect((await api.as(who).get('/learners/export', forTeaching).expect(200)).text).toContain(familyName);
    }
  });

  it.each(['UPDATE', 'DELETE', 'TRUNCATE'])(
    'its record is appended for good: the service may not %s it',
    async (each) => {
      const [row] = await api.db.query(`SELECT has_table_privilege(current_user, 'bulk_access', $1) AS granted`, [
        each,
      ]);
      expect(row.granted).toBe(false);
    },
  );

  it('shows what held then and was known then, as the list does, and leaves a record for each who was in it', async () => {
    api.clock.set('2026-01-10T10:00:00Z');
    const facts = { familyName: 'Senoji', birthOn: '2003-01-11', sex: 'F' as const, givenName: 'Vardas' };
    const renamed = await register({ ...facts, institutionId: own, homeMunicipalityCode: 'LT-16' });
    api.clock.set('2026-03-10T10:00:00Z');
    const later = await register({ birthOn: '2003-02-12' });
    await api
      .as(registrar)
      .put(`/learners/${renamed}`, { ...facts, familyName: 'Naujoji' }, { 'if-match': '"1"' })
      .expect(200);
    for (const query of ['validOn=2026-02-01', 'validOn=2026-03-10&knownOn=2026-03-09', 'knownOn=2026-03-10']) {
      const { body: listed } = await api.as(replica).get(`/learners?limit=500&${query}`).expect(200);
      const { text } = await api.as(replica).get(`/learners/export?${query}`, forTeaching).expect(200);
      expect(linesOf(text)).toEqual(listed.items);
      const { text: table } = await api
        .as(replica)
        .get(`/learners/export?format=csv&${query}`, forTeaching)
        .expect(200);
      expect(table.trim().split('\n')).toHaveLength((listed.items as Line[]).length + 1);
      expect(table).toContain(query === 'knownOn=2026-03-10' ? 'Naujoji' : 'Senoji');
    }
    const { text: then } = await api.as(replica).get('/learners/export?validOn=2026-02-01', forTeaching).expect(200);
    const shown = linesOf(then);
    expect(shown.find(({ id }) => id === renamed)).toMatchObject({ familyName: 'Senoji', institutionId: own });
    expect(shown.map(({ id }) => id)).not.toContain(later);
    const looks = async (id: string): Promise<number> =>
      (await lookedAt(id)).filter((each) => each === 'exportLearners replica').length;
    expect([await looks(renamed), await looks(later)]).toEqual([7, 2]);
    await api.as(replica).get('/learners/export?knownOn=2026-03-11', forTeaching).expect(400);
  });
});
