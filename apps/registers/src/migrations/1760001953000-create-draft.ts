import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateDraft1760001953000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE draft (
        id uuid NOT NULL,
        version integer NOT NULL,
        kind text NOT NULL,
        state text NOT NULL,
        facts jsonb NOT NULL,
        institution_id uuid,
        municipality_code text,
        attestations jsonb NOT NULL,
        proposed_by text NOT NULL,
        proposed_at timestamptz NOT NULL,
        decided_by text,
        decided_at timestamptz,
        reason text,
        entry_id uuid,
        CONSTRAINT draft_pk PRIMARY KEY (id),
        CONSTRAINT draft_kind CHECK (kind IN ('INSTITUTION', 'PROGRAMME')),
        CONSTRAINT draft_state CHECK (state IN ('DRAFT', 'REGISTERED', 'REJECTED'))
      )`);
    await runner.query('CREATE INDEX draft_of_kind ON draft (kind, state, id)');
    await allow(runner, 'draft', 'SELECT, INSERT, UPDATE');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, legal_basis)
      VALUES ('reg.institution.attestations', '2000-01-01', 'false',
        'R-REG-06; true from the day on which no institution is registered any more without them')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE draft');
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.institution.attestations'`);
  }
}
