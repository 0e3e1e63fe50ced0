import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateLearningRecords1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE enrolment (
        id uuid NOT NULL,
        version integer NOT NULL,
        agreement_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        programme_code text NOT NULL,
        field_code text NOT NULL,
        eqf_level integer NOT NULL,
        credits integer NOT NULL,
        funding_source text NOT NULL,
        year integer NOT NULL,
        starts_on date NOT NULL,
        planned_end_on date NOT NULL,
        ended_on date,
        end_reason text,
        state text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT enrolment_pk PRIMARY KEY (id),
        CONSTRAINT enrolment_agreement UNIQUE (agreement_id)
      )`);
    await runner.query(`CREATE INDEX enrolment_institution ON enrolment (institution_id, id)`);
    await runner.query(`CREATE INDEX enrolment_planned ON enrolment (starts_on) WHERE state = 'PLANNED'`);
    await runner.query(`
      CREATE TABLE licence (
        decision_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        CONSTRAINT licence_pk PRIMARY KEY (decision_id)
      )`);
    await runner.query(`CREATE INDEX licence_scope ON licence (institution_id, programme_id)`);
    await runner.query(`
      CREATE TABLE result (
        id uuid NOT NULL,
        enrolment_id uuid NOT NULL,
        mark integer NOT NULL,
        passed boolean NOT NULL,
        decided_on date NOT NULL,
        recorded_at timestamptz NOT NULL,
        recorded_by text NOT NULL,
        CONSTRAINT result_pk PRIMARY KEY (id),
        CONSTRAINT result_of_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id)
      )`);
    await runner.query(`CREATE INDEX result_enrolment ON result (enrolment_id)`);
    await runner.query(`
      CREATE TABLE credential (
        id uuid NOT NULL,
        version integer NOT NULL,
        kind text NOT NULL,
        enrolment_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        programme_code text NOT NULL,
        eqf_level integer NOT NULL,
        registration_number text NOT NULL,
        verification_code text NOT NULL,
        status_index integer NOT NULL,
        issued_on date NOT NULL,
        document text NOT NULL,
        state text NOT NULL,
        revoked_at timestamptz,
        revocation_reason text,
        CONSTRAINT credential_pk PRIMARY KEY (id),
        CONSTRAINT credential_of_enrolment FOREIGN KEY (enrolment_id) REFERENCES enrolment (id),
        CONSTRAINT credential_enrolment UNIQUE (enrolment_id, kind),
        CONSTRAINT credential_registration_number UNIQUE (registration_number),
        CONSTRAINT credential_verification_code UNIQUE (verification_code),
        CONSTRAINT credential_status_index UNIQUE (status_index)
      )`);
    await runner.query(`CREATE INDEX credential_institution ON credential (institution_id, id)`);
    for (const table of ['enrolment', 'licence', 'credential']) await allow(runner, table, 'SELECT, INSERT, UPDATE');
    await allow(runner, 'result', 'SELECT, INSERT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE credential, result, licence, enrolment');
  }
}
