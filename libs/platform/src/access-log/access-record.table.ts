import type { QueryRunner } from 'typeorm';
import { allow } from '../database/migrate.js';

/** Makes `access_record` in a service's database. The service may read and append; nobody but the owner may change. */
export async function createAccessRecord(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE access_record (
      subject_id uuid NOT NULL,
      id uuid NOT NULL DEFAULT uuidv7(),
      recorded_at timestamptz NOT NULL,
      client_id text NOT NULL,
      employee text,
      institutions uuid[],
      municipalities text[],
      operation text NOT NULL,
      purpose text NOT NULL,
      request_id text NOT NULL,
      CONSTRAINT access_record_pk PRIMARY KEY (subject_id, id)
    )`);
  await runner.query('CREATE INDEX access_record_at ON access_record (recorded_at)');
  await allow(runner, 'access_record', 'SELECT, INSERT');
}
