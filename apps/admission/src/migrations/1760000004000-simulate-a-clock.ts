import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** The clock of a rehearsal outlives a restart; without a row the service goes by the real time. */
export class SimulateAClock1760000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE simulated_clock (
        only_one boolean NOT NULL DEFAULT true,
        ahead_ms bigint NOT NULL,
        CONSTRAINT simulated_clock_pk PRIMARY KEY (only_one),
        CONSTRAINT simulated_clock_one CHECK (only_one)
      )`);
    await allow(runner, 'simulated_clock', 'SELECT, INSERT, UPDATE, DELETE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE simulated_clock');
  }
}
