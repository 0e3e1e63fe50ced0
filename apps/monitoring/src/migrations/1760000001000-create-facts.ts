import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateFacts1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE fact (
        kind text NOT NULL,
        subject_id uuid NOT NULL,
        year integer NOT NULL,
        institution_id uuid,
        field_code text,
        funding_type text,
        state text NOT NULL,
        quantity bigint NOT NULL,
        CONSTRAINT fact_pk PRIMARY KEY (kind, subject_id)
      )`);
    await runner.query(`CREATE INDEX fact_cube ON fact (kind, year, institution_id)`);
    await runner.query(`
      CREATE TABLE institution_place (
        institution_id uuid NOT NULL,
        county_code text,
        municipality_code text,
        CONSTRAINT institution_place_pk PRIMARY KEY (institution_id)
      )`);
    await allow(runner, 'fact', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'institution_place', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE fact, institution_place');
  }
}
