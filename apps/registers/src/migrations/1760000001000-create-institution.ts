import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateInstitution1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE institution (
        id uuid NOT NULL,
        version integer NOT NULL,
        code_scheme text NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        county_code text,
        municipality_code text,
        latitude double precision,
        longitude double precision,
        state text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT institution_pk PRIMARY KEY (id),
        CONSTRAINT institution_code_taken UNIQUE (code_scheme, code)
      )`);
    await allow(runner, 'institution', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE institution');
  }
}
