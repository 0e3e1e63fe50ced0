import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from './migrate.js';

/** Rows of imports wait in slices, many rows to one of the table; of the rows themselves only refused ones are kept. */
export class ImportSlices1760000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_slice (
        job_id uuid NOT NULL,
        stage uuid NOT NULL,
        number integer NOT NULL,
        rows bytea NOT NULL,
        CONSTRAINT import_slice_pk PRIMARY KEY (job_id, stage, number),
        CONSTRAINT import_slice_job FOREIGN KEY (job_id) REFERENCES import_job (id) ON DELETE CASCADE
      )`);
    // What lives for seconds, and may be sealed, is not worth compressing.
    await runner.query('ALTER TABLE import_slice ALTER COLUMN rows SET STORAGE EXTERNAL');
    await runner.query(`ALTER TABLE import_job ADD COLUMN stage uuid`);
    await runner.query(`UPDATE import_job SET stage = id`);
    await runner.query(`ALTER TABLE import_job ALTER COLUMN stage SET NOT NULL`);
    await runner.query(
      `UPDATE import_job SET state = 'ABORTED', error = 'The service was renewed. Send the file again.', finished_at = now()
       WHERE state IN ('RECEIVING', 'QUEUED', 'RUNNING')`,
    );
    await runner.query('DELETE FROM import_row WHERE faults IS NULL');
    await runner.query('DROP INDEX import_row_pending');
    await runner.query('ALTER TABLE import_row DROP COLUMN outcome, ALTER COLUMN faults SET NOT NULL');
    await allow(runner, 'import_slice', 'SELECT, INSERT, DELETE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE import_slice');
    await runner.query('ALTER TABLE import_job DROP COLUMN stage');
    await runner.query('ALTER TABLE import_row ADD COLUMN outcome text, ALTER COLUMN faults DROP NOT NULL');
    await runner.query('CREATE INDEX import_row_pending ON import_row (job_id, line) WHERE outcome IS NULL');
  }
}
