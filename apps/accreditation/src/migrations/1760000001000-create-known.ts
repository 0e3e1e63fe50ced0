import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What the service has heard of the registers. */
export class CreateKnown1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['known_institution', 'known_programme']) {
      await runner.query(`
        CREATE TABLE ${table} (
          id uuid NOT NULL,
          version integer NOT NULL,
          code_scheme text NOT NULL,
          code text NOT NULL,
          state text NOT NULL,
          CONSTRAINT ${table}_pk PRIMARY KEY (id)
        )`);
      await runner.query(`CREATE INDEX ${table}_code ON ${table} (code_scheme, code)`);
      await allow(runner, table, 'SELECT, INSERT, UPDATE');
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE known_programme, known_institution');
  }
}
