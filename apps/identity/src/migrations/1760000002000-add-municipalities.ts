import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMunicipalities1760000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE client ADD municipalities text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE client DROP municipalities');
  }
}
