import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateBulkAccess1760001950000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bulk_access (
        id uuid NOT NULL DEFAULT uuidv7(),
        register text NOT NULL,
        snapshot text NOT NULL,
        excepted uuid[] NOT NULL,
        persons integer NOT NULL,
        recorded_at timestamptz NOT NULL,
        client_id text NOT NULL,
        employee text,
        operation text NOT NULL,
        purpose text NOT NULL,
        request_id text NOT NULL,
        CONSTRAINT bulk_access_pk PRIMARY KEY (id)
      )`);
    // A record is neither changed nor taken away.
    await allow(runner, 'bulk_access', 'SELECT, INSERT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE bulk_access');
  }
}
