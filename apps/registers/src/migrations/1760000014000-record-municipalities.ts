import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Databases made before municipalities were clients lack the column; later ones were made with it. */
export class RecordMunicipalities1760000014000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_record ADD COLUMN IF NOT EXISTS municipalities text[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_record DROP COLUMN municipalities');
  }
}
