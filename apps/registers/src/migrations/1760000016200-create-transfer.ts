import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Transfers of learners, seen by both institutions, by the second wall too (T7). */
export class CreateTransfer1760000016200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE transfer (
        id uuid NOT NULL,
        version integer NOT NULL,
        learner_id uuid NOT NULL,
        from_institution_id uuid NOT NULL,
        to_institution_id uuid NOT NULL,
        asked_by text NOT NULL,
        learner_seen boolean NOT NULL,
        starts_on date NOT NULL,
        reason text NOT NULL,
        state text NOT NULL,
        answer_due_on date NOT NULL,
        requested_at timestamptz NOT NULL,
        requested_by text NOT NULL,
        from_consented_at timestamptz,
        to_consented_at timestamptz,
        ended_at timestamptz,
        end_reason text,
        CONSTRAINT transfer_pk PRIMARY KEY (id),
        CONSTRAINT transfer_from FOREIGN KEY (from_institution_id) REFERENCES institution (id),
        CONSTRAINT transfer_to FOREIGN KEY (to_institution_id) REFERENCES institution (id),
        CONSTRAINT transfer_state CHECK (state IN ('REQUESTED', 'AGREED', 'COMPLETED', 'REFUSED', 'WITHDRAWN', 'EXPIRED')),
        CONSTRAINT transfer_sides CHECK (from_institution_id <> to_institution_id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX transfer_open ON transfer (learner_id) WHERE state IN ('REQUESTED', 'AGREED')`,
    );
    await runner.query('CREATE INDEX transfer_of_sender ON transfer (from_institution_id, id)');
    await runner.query('CREATE INDEX transfer_of_receiver ON transfer (to_institution_id, id)');
    const own = 'ANY ((SELECT meistras_reach())::uuid[])';
    const within = `((SELECT meistras_reaches_all()) OR from_institution_id = ${own} OR to_institution_id = ${own})`;
    await runner.query('ALTER TABLE transfer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY transfer_seen_by_sides ON transfer FOR SELECT USING ${within}`);
    await runner.query(`CREATE POLICY transfer_changed_by_sides ON transfer FOR UPDATE USING ${within}`);
    await runner.query(`CREATE POLICY transfer_requested_by_sides ON transfer FOR INSERT WITH CHECK ${within}`);
    await allow(runner, 'transfer', 'SELECT, INSERT, UPDATE');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis) VALUES
        ('reg.transfer.answerDays', '2000-01-01', '10', 'working days', 'No act says how long the other institution has; an assumption')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.transfer.answerDays'`);
    await runner.query('DROP TABLE transfer');
  }
}
