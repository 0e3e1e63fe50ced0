import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** To erase a person is to destroy the person's key: what is sealed of them opens in no copy and no backup any more. */
export class GivePersonsKeys1760001955000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Ids as they come, and no reference: an import of a million persons pays for each.
    await runner.query(`
      CREATE TABLE person_key (
        person_id uuid NOT NULL,
        wrapped bytea NOT NULL,
        wrapped_by integer NOT NULL,
        CONSTRAINT person_key_pk PRIMARY KEY (person_id)
      ) WITH (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0)`);
    await allow(runner, 'person_key', 'SELECT, INSERT, DELETE, UPDATE');
    // Keys are drawn by the service, which alone can wrap them: it seals these persons' data anew, some at a time.
    await runner.query(`
      CREATE TABLE sealed_before (
        person_id uuid NOT NULL,
        CONSTRAINT sealed_before_pk PRIMARY KEY (person_id)
      )`);
    await allow(runner, 'sealed_before', 'SELECT, DELETE');
    await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
    await runner.query(`
      INSERT INTO sealed_before (person_id)
      SELECT id FROM learner WHERE state <> 'ERASED' UNION ALL SELECT id FROM staff_member`);
    await runner.query(`
      ALTER TABLE erasure ADD destroyed_keys jsonb NOT NULL DEFAULT '[]', ADD merged_ids jsonb NOT NULL DEFAULT '[]'`);
    await compareWhatMatters(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE erasure DROP destroyed_keys, DROP merged_ids');
    await runner.query('DROP TABLE sealed_before, person_key');
    await runner.query('DROP TRIGGER learner_matched_changed ON learner');
    await runner.query('DROP FUNCTION learner_to_be_matched_again()');
    await runner.query(`
      CREATE TRIGGER learner_matched_changed AFTER UPDATE ON learner REFERENCING NEW TABLE AS stored
      FOR EACH STATEMENT EXECUTE FUNCTION learner_to_be_matched()`);
  }
}

/** A learner of whom something else changes, as a code that is sealed anew, is compared with nobody again. */
async function compareWhatMatters(runner: QueryRunner): Promise<void> {
  const compared = (row: string): string =>
    ['birth_on', 'given_name_key', 'family_name_key', 'sex', 'home_municipality_code', 'personal_code_index', 'state']
      .map((column) => `${row}.${column}`)
      .join(', ');
  await runner.query(`
    CREATE FUNCTION learner_to_be_matched_again() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO match_day (birth_on)
      SELECT DISTINCT s.birth_on FROM stored s JOIN was w ON w.id = s.id
      WHERE (${compared('s')}) IS DISTINCT FROM (${compared('w')});
      RETURN NULL;
    END $$`);
  await runner.query('DROP TRIGGER learner_matched_changed ON learner');
  await runner.query(`
    CREATE TRIGGER learner_matched_changed AFTER UPDATE ON learner REFERENCING OLD TABLE AS was NEW TABLE AS stored
    FOR EACH STATEMENT EXECUTE FUNCTION learner_to_be_matched_again()`);
}
