import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Frozen figures: the service adds them and can change none, by privilege. */
export class CreateSnapshot1760000016100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE snapshot (
        id uuid NOT NULL,
        name text NOT NULL,
        valid_on date NOT NULL,
        taken_at timestamptz NOT NULL,
        taken_by text NOT NULL,
        legal_basis text,
        figures integer NOT NULL,
        sha256 text NOT NULL,
        CONSTRAINT snapshot_pk PRIMARY KEY (id)
      )`);
    await runner.query(`
      CREATE TABLE snapshot_figure (
        snapshot_id uuid NOT NULL,
        number integer NOT NULL,
        register text NOT NULL,
        institution_id uuid,
        institution_type text,
        municipality_code text,
        programme_code text,
        field_code text,
        sex text,
        age_group text,
        position text,
        value integer NOT NULL,
        CONSTRAINT snapshot_figure_pk PRIMARY KEY (snapshot_id, number),
        CONSTRAINT snapshot_figure_snapshot FOREIGN KEY (snapshot_id) REFERENCES snapshot (id),
        CONSTRAINT snapshot_figure_register CHECK (register IN ('INSTITUTIONS', 'LEARNER_ENTRIES', 'STAFF_POSTS'))
      )`);
    await allow(runner, 'snapshot', 'SELECT, INSERT');
    await allow(runner, 'snapshot_figure', 'SELECT, INSERT');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis) VALUES
        ('reg.snapshot.smallestCell', '2000-01-01', '3', 'persons', 'Statistical confidentiality, Regulation (EC) 223/2009, Article 20; the number is an assumption')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.snapshot.smallestCell'`);
    await runner.query('DROP TABLE snapshot_figure, snapshot');
  }
}
