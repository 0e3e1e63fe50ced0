import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateProcedure1760000003000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE procedure (
        id uuid NOT NULL,
        version integer NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        state text NOT NULL,
        expertise jsonb,
        refusal jsonb,
        decision_id uuid,
        submitted_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT procedure_pk PRIMARY KEY (id),
        CONSTRAINT procedure_decision FOREIGN KEY (decision_id) REFERENCES decision (id)
      )`);
    await runner.query(`
      CREATE UNIQUE INDEX procedure_open ON procedure (institution_id, programme_id)
      WHERE state IN ('SUBMITTED', 'REVIEWED')`);
    await runner.query(`CREATE UNIQUE INDEX expertise_act_taken ON procedure ((expertise ->> 'actNumber'))`);
    await allow(runner, 'procedure', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE procedure');
  }
}
