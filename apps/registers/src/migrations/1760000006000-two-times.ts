import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Two times for every register: when facts hold, and when they were believed (R-REG-26, R-REG-27). */
export class TwoTimes1760000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist');
    await runner.query(`
      CREATE TABLE register_period (
        id uuid NOT NULL,
        register text NOT NULL,
        entry_id uuid NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        superseded_at timestamptz,
        pending boolean NOT NULL,
        facts jsonb NOT NULL,
        provider text NOT NULL,
        legal_basis text,
        reason text,
        CONSTRAINT register_period_pk PRIMARY KEY (id),
        CONSTRAINT register_period_order CHECK (valid_to IS NULL OR valid_from < valid_to),
        CONSTRAINT register_period_overlaps EXCLUDE USING gist
          (entry_id WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (superseded_at IS NULL)
      )`);
    await runner.query('CREATE INDEX register_period_of_entry ON register_period (entry_id, valid_from)');
    await runner.query('CREATE INDEX register_period_pending ON register_period (valid_from) WHERE pending');
    await allow(runner, 'register_period', 'SELECT, INSERT, UPDATE');
    for (const register of ['institution', 'programme']) {
      await runner.query(`
        ALTER TABLE ${register}
          ADD valid_from date, ADD valid_to date, ADD provider text, ADD legal_basis text, ADD reason text`);
      await runner.query(
        `UPDATE ${register} SET valid_from = (recorded_at AT TIME ZONE 'Europe/Vilnius')::date, provider = 'unknown'`,
      );
      await runner.query(`ALTER TABLE ${register} ALTER valid_from SET NOT NULL, ALTER provider SET NOT NULL`);
    }
    await institutionFacts(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE register_period');
  }
}

async function institutionFacts(runner: QueryRunner): Promise<void> {
  await runner.query(`
    ALTER TABLE institution
      ADD name_en text, ADD type text, ADD ownership text, ADD head_name text, ADD founded_on date, ADD address text,
      ADD address_object_code text, ADD website text, ADD successor_ids jsonb NOT NULL DEFAULT '[]',
      ADD parent_id uuid, ADD CONSTRAINT institution_parent FOREIGN KEY (parent_id) REFERENCES institution (id)`);
  await runner.query('CREATE INDEX institution_branches ON institution (parent_id) WHERE parent_id IS NOT NULL');
}
