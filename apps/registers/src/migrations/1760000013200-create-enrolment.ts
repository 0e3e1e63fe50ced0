import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Copies of events of learning-records: what is referred to may be heard of later, so nothing is referenced. */
export class CreateEnrolment1760000013200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE enrolment (
        enrolment_id uuid NOT NULL,
        version integer NOT NULL,
        programme_id uuid NOT NULL,
        programme_code text NOT NULL,
        state text NOT NULL,
        CONSTRAINT enrolment_pk PRIMARY KEY (enrolment_id)
      )`);
    await runner.query(
      `CREATE INDEX enrolment_of_programme ON enrolment (programme_id) WHERE state IN ('PLANNED', 'ACTIVE')`,
    );
    await runner.query(`
      CREATE TABLE late_entry (
        id uuid NOT NULL,
        enrolment_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        fact text NOT NULL,
        fact_on date NOT NULL,
        due_on date NOT NULL,
        entered_on date NOT NULL,
        CONSTRAINT late_entry_pk PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX late_entry_of_institution ON late_entry (institution_id, id)');
    await allow(runner, 'enrolment', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'late_entry', 'SELECT, INSERT, UPDATE');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
      VALUES ('reg.learner.entryDeadline', '2000-01-01', '5', 'working days', 'R-REG-22; the number is an assumption, no act says one')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.learner.entryDeadline'`);
    await runner.query('DROP TABLE late_entry, enrolment');
  }
}
