import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateLicence1760000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE licence (
        decision_id uuid NOT NULL,
        version integer NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        state text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        act_number text NOT NULL,
        CONSTRAINT licence_pk PRIMARY KEY (decision_id)
      )`);
    await runner.query('CREATE INDEX licence_of_institution ON licence (institution_id, programme_id)');
    await runner.query('CREATE INDEX licence_of_programme ON licence (programme_id)');
    await allow(runner, 'licence', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE licence');
  }
}
