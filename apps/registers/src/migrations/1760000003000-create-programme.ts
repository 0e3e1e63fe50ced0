import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateProgramme1760000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE programme (
        id uuid NOT NULL,
        version integer NOT NULL,
        code_scheme text NOT NULL,
        code text NOT NULL,
        name text NOT NULL,
        name_en text,
        kind text NOT NULL,
        field_code text NOT NULL,
        eqf_level integer NOT NULL,
        credits integer NOT NULL,
        modules jsonb NOT NULL,
        state text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT programme_pk PRIMARY KEY (id),
        CONSTRAINT programme_code_taken UNIQUE (code_scheme, code)
      )`);
    await allow(runner, 'programme', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE programme');
  }
}
