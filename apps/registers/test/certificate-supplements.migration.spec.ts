import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OlderDatabase } from '@meistras/testing/older-database';
import { asAdmin } from '@meistras/testing/test-database';
import { registers } from '../src/data-source.js';
import { SealCertificateSupplements1760001959000 } from '../src/migrations/1760001959000-seal-certificate-supplements.js';

describe('supplements of before they were sealed', () => {
  let database: OlderDatabase;
  const [holder, unsealed, erased, merged] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await OlderDatabase.before(registers, SealCertificateSupplements1760001959000);
    const { owner } = database;
    await owner.query(
      `INSERT INTO erasure (id, learner_id, ground, legal_basis, erased_at, erased_by, merged_ids)
       VALUES ($1, $1, 'COURT_ORDER', 'V-7', now(), 'archivist', $2)`,
      [erased, JSON.stringify([merged])],
    );
    for (const id of [holder, unsealed])
      await owner.query(
        `INSERT INTO learner (id, version, state, given_name, family_name, given_name_key, family_name_key, birth_on, sex,
           possibly_foreign, valid_from, recorded_at, provider)
         VALUES ($1, 1, 'REGISTERED', 'A', 'B', 'a', 'b', '2009-05-14', 'F', true, '2026-01-10', now(), 'school')`,
        [id],
      );
    await owner.query('INSERT INTO sealed_before VALUES ($1)', [unsealed]);
    for (const learnerId of [holder, unsealed, erased, merged]) {
      const [entry, supplement, period] = [randomUUID(), randomUUID(), randomUUID()];
      const about = `1, $2, '2026-06-20', now(), 'school'`;
      await owner.query(
        `INSERT INTO certificate_entry (id, version, state, valid_from, recorded_at, provider, kind, learner_id, institution_id,
           programme_code, registration_number, issued_on)
         VALUES ($1, ${about}, 'DIPLOMA', $3, $4, 'P43061301', 'N-1', '2026-06-20')`,
        [entry, 'REGISTERED', learnerId, randomUUID()],
      );
      const content = JSON.stringify({ modules: [] });
      await owner.query(
        `INSERT INTO certificate_supplement (id, version, state, valid_from, recorded_at, provider, certificate_entry_id,
           institution_id, content) VALUES ($1, ${about}, $3, $4, $5)`,
        [supplement, 'KEPT', entry, randomUUID(), content],
      );
      await owner.query(
        `INSERT INTO register_period (id, register, entry_id, valid_from, recorded_at, pending, facts, provider, reason)
         VALUES ($1, 'certificate_supplement', $2, '2026-06-20', now(), true, $3, 'school', 'Said of somebody')`,
        [period, supplement, JSON.stringify({ content: { modules: [] } })],
      );
    }
  });
  afterAll(() => database.drop());

  it('know their holders and are to be sealed; those of holders who were erased are gone', async () => {
    await database.migrate();
    const { owner } = database;
    const left = await owner.query('SELECT learner_id FROM certificate_supplement ORDER BY learner_id');
    expect(left).toEqual([holder, unsealed].toSorted().map((id) => ({ learner_id: id })));
    const due: unknown = await owner.query('SELECT person_id, keyed FROM sealed_before ORDER BY keyed');
    expect(due).toEqual([
      { person_id: unsealed, keyed: false },
      { person_id: holder, keyed: true },
    ]);
    expect(await owner.query('SELECT FROM certificate_entry')).toHaveLength(4);
    // Periods stand behind the wall of their supplement: what is left of those that are gone is seen past it alone.
    const { rows } = await asAdmin(
      (admin) => admin.query('SELECT facts, pending, reason FROM register_period ORDER BY pending'),
      database.name,
    );
    const blank = { facts: {}, pending: false, reason: null };
    const said = { facts: { content: { modules: [] } }, pending: true, reason: 'Said of somebody' };
    expect(rows).toEqual([blank, blank, said, said]);
  });
});
