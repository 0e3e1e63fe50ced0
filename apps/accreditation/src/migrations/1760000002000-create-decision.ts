import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateDecision1760000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE decision (
        id uuid NOT NULL,
        procedure_id uuid,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        authority text NOT NULL,
        act_number text NOT NULL,
        act_on date NOT NULL,
        document_hash text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT decision_pk PRIMARY KEY (id),
        CONSTRAINT decision_act_taken UNIQUE (institution_id, programme_id, authority, act_number),
        CONSTRAINT decision_period CHECK (valid_to > valid_from),
        CONSTRAINT decision_document_hash CHECK (document_hash ~ '^[0-9a-f]{64}$')
      )`);
    await runner.query(`
      CREATE TABLE revocation (
        decision_id uuid NOT NULL,
        act_number text NOT NULL,
        act_on date NOT NULL,
        effective_on date NOT NULL,
        reason text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT decision_already_revoked PRIMARY KEY (decision_id),
        CONSTRAINT revocation_decision FOREIGN KEY (decision_id) REFERENCES decision (id)
      )`);
    // Immutable by privilege: a decision is never rewritten, a revocation is a row beside it.
    await allow(runner, 'decision', 'SELECT, INSERT');
    await allow(runner, 'revocation', 'SELECT, INSERT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE revocation, decision');
  }
}
