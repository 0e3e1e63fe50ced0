import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What every register has beside its facts. */
const entry = `
  id uuid NOT NULL, version integer NOT NULL, state text NOT NULL, valid_from date NOT NULL, valid_to date,
  recorded_at timestamptz NOT NULL, provider text NOT NULL, legal_basis text, reason text`;

export class CreateEmployerAndNonFormalProgramme1760000007000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE employer (${entry},
        code_scheme text NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        address text,
        municipality_code text,
        workplaces jsonb NOT NULL,
        CONSTRAINT employer_pk PRIMARY KEY (id),
        CONSTRAINT employer_code_taken UNIQUE (code_scheme, code)
      )`);
    await runner.query(`
      CREATE TABLE non_formal_programme (${entry},
        code text NOT NULL,
        name text NOT NULL,
        name_en text,
        purpose text NOT NULL,
        direction text,
        branch text,
        requirements text,
        hours integer,
        provider_scheme text NOT NULL,
        provider_code text NOT NULL,
        municipality_code text NOT NULL,
        deregistration_reason text,
        CONSTRAINT non_formal_programme_pk PRIMARY KEY (id),
        CONSTRAINT non_formal_programme_code_taken UNIQUE (code)
      )`);
    await allow(runner, 'employer', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'non_formal_programme', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE employer, non_formal_programme');
  }
}
