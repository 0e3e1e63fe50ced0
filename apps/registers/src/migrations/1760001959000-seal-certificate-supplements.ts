import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Whoever was erased before supplements went with their holders. */
const ofErased = `SELECT s.id FROM certificate_supplement s WHERE s.learner_id IN (
  SELECT id FROM learner WHERE state = 'ERASED'
  UNION ALL SELECT learner_id FROM erasure
  UNION ALL SELECT jsonb_array_elements_text(merged_ids)::uuid FROM erasure)`;

/** Supplements say of their holders what only the holders' keys may open: who is erased takes them along. */
export class SealCertificateSupplements1760001959000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
    await runner.query('ALTER TABLE certificate_supplement ADD learner_id uuid');
    await runner.query(
      `UPDATE certificate_supplement s SET learner_id = e.learner_id FROM certificate_entry e WHERE e.id = s.certificate_entry_id`,
    );
    await runner.query('ALTER TABLE certificate_supplement ALTER learner_id SET NOT NULL');
    await runner.query('CREATE INDEX certificate_supplement_of_holder ON certificate_supplement (learner_id)');
    await allow(runner, 'certificate_supplement', 'DELETE');
    await runner.query(`
      CREATE POLICY certificate_supplement_erased ON certificate_supplement FOR DELETE USING (meistras_reaches_all())`);
    await runner.query(`
      UPDATE register_period SET pending = false, reason = NULL, facts = '{}'
      WHERE register = 'certificate_supplement' AND entry_id IN (${ofErased})`);
    await runner.query(`DELETE FROM certificate_supplement WHERE id IN (${ofErased})`);
    // The service seals those that are left, and what held before: it alone opens keys. Whoever is noted already has none yet.
    await runner.query('ALTER TABLE sealed_before ADD keyed boolean NOT NULL DEFAULT false');
    await runner.query(`
      INSERT INTO sealed_before (person_id, keyed)
      SELECT DISTINCT s.learner_id, EXISTS (SELECT FROM learner l WHERE l.id = s.learner_id) FROM certificate_supplement s
      ON CONFLICT DO NOTHING`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP POLICY certificate_supplement_erased ON certificate_supplement');
    await runner.query('DELETE FROM sealed_before WHERE keyed');
    await runner.query('ALTER TABLE sealed_before DROP keyed');
    await runner.query('ALTER TABLE certificate_supplement DROP learner_id');
  }
}
