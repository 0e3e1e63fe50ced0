import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What every register has beside its facts. */
const entry = `
  id uuid NOT NULL, version integer NOT NULL, state text NOT NULL, valid_from date NOT NULL, valid_to date,
  recorded_at timestamptz NOT NULL, provider text NOT NULL, legal_basis text, reason text`;

export class CreateQualification1760000013000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE occupational_standard (${entry},
        code text NOT NULL,
        name text NOT NULL,
        name_en text,
        sector text NOT NULL,
        approved_on date NOT NULL,
        competences jsonb NOT NULL,
        CONSTRAINT occupational_standard_pk PRIMARY KEY (id),
        CONSTRAINT occupational_standard_code_taken UNIQUE (code)
      )`);
    await runner.query(`
      CREATE TABLE qualification (${entry},
        code text NOT NULL,
        name text NOT NULL,
        name_en text,
        eqf_level integer NOT NULL,
        field_code text,
        standard_code text,
        required_modules jsonb NOT NULL,
        CONSTRAINT qualification_pk PRIMARY KEY (id),
        CONSTRAINT qualification_code_taken UNIQUE (code)
      )`);
    await allow(runner, 'occupational_standard', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'qualification', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE qualification, occupational_standard');
  }
}
