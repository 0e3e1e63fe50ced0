import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateLearner1760000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE learner (
        id uuid NOT NULL,
        version integer NOT NULL,
        institution_id uuid,
        given_name text NOT NULL,
        family_name text NOT NULL,
        family_name_key text NOT NULL,
        birth_on date NOT NULL,
        sex text NOT NULL,
        personal_code_sealed bytea,
        personal_code_index bytea,
        home_municipality_code text,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT learner_pk PRIMARY KEY (id),
        CONSTRAINT learner_personal_code_taken UNIQUE (personal_code_index),
        CONSTRAINT learner_institution FOREIGN KEY (institution_id) REFERENCES institution (id)
      )`);
    await runner.query('CREATE INDEX learner_of_institution ON learner (institution_id, id)');
    await runner.query('CREATE INDEX learner_family_name ON learner (family_name_key text_pattern_ops)');
    // Built from events of learning-records; an enrolment may be heard of before its learner, so nothing is referenced.
    await runner.query(`
      CREATE TABLE learner_entry (
        enrolment_id uuid NOT NULL,
        version integer NOT NULL,
        learner_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        state text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        CONSTRAINT learner_entry_pk PRIMARY KEY (enrolment_id)
      )`);
    await runner.query('CREATE INDEX learner_entry_of_learner ON learner_entry (learner_id, institution_id)');
    await runner.query('CREATE INDEX learner_entry_of_institution ON learner_entry (institution_id, learner_id)');
    await allow(runner, 'learner', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'learner_entry', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE learner_entry, learner');
  }
}
