import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateErasure1760000017000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE erasure (
        id uuid NOT NULL,
        learner_id uuid NOT NULL,
        ground text NOT NULL,
        legal_basis text NOT NULL,
        erased_at timestamptz NOT NULL,
        erased_by text NOT NULL,
        CONSTRAINT erasure_pk PRIMARY KEY (id),
        CONSTRAINT erasure_once UNIQUE (learner_id),
        CONSTRAINT erasure_ground CHECK (ground IN ('RETENTION_ENDED', 'REGISTERED_BY_MISTAKE', 'COURT_ORDER'))
      )`);
    // A proof is neither changed nor taken away.
    await allow(runner, 'erasure', 'SELECT, INSERT');
    await allow(runner, 'learner_file', 'DELETE');
    await runner.query('CREATE POLICY learner_file_erased ON learner_file FOR DELETE USING (meistras_reaches_all())');
    await allow(runner, 'learner_name', 'DELETE');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
      VALUES ('reg.retention.learner', '2000-01-01', '10', 'years after the last enrolment',
        'retention of the learner register; the number is an assumption, no act that is published says one')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE erasure');
  }
}
