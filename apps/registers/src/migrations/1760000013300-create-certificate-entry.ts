import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateCertificateEntry1760000013300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Built from events of learning-records: holder and enrolment may be heard of later, so nothing is referenced.
    await runner.query(`
      CREATE TABLE certificate_entry (
        id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        provider text NOT NULL,
        legal_basis text,
        reason text,
        kind text NOT NULL,
        learner_id uuid NOT NULL,
        enrolment_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        programme_code text NOT NULL,
        registration_number text NOT NULL,
        issued_on date NOT NULL,
        replaced_by_id uuid,
        refusal text,
        CONSTRAINT certificate_entry_pk PRIMARY KEY (id)
      )`);
    await runner.query('CREATE INDEX certificate_entry_of_institution ON certificate_entry (institution_id, id)');
    await runner.query('CREATE INDEX certificate_entry_of_learner ON certificate_entry (learner_id)');
    await runner.query('CREATE INDEX certificate_entry_of_enrolment ON certificate_entry (enrolment_id)');
    await runner.query('CREATE INDEX certificate_entry_number ON certificate_entry (registration_number)');
    await allow(runner, 'certificate_entry', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE certificate_entry');
  }
}
