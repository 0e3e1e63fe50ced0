import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A new code stands beside the old one (R-REG-11); a programme leads to a qualification. */
export class SupersedeProgramme1760000013500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE programme ADD qualification_code text, ADD successor_id uuid,
        ADD CONSTRAINT programme_successor FOREIGN KEY (successor_id) REFERENCES programme (id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE programme DROP qualification_code, DROP successor_id');
  }
}
