import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What persons say is wrong of them is seen by who holds the entry and by who asked, by the second wall too (T7). */
export class CreateCorrectionRequest1760001954000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE correction_request (
        id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        learner_id uuid NOT NULL,
        about text NOT NULL,
        entry_id uuid NOT NULL,
        statement text NOT NULL,
        institution_id uuid,
        asked_by text NOT NULL,
        provider_id uuid,
        asked_at timestamptz NOT NULL,
        decided_by text,
        decided_at timestamptz,
        reason text,
        CONSTRAINT correction_request_pk PRIMARY KEY (id),
        CONSTRAINT correction_request_state CHECK (state IN ('OPEN', 'ACCEPTED', 'REFUSED')),
        CONSTRAINT correction_request_asked_by CHECK (asked_by IN ('PERSON', 'PROVIDER'))
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX correction_open ON correction_request (about, entry_id, asked_by) WHERE state = 'OPEN'`,
    );
    await runner.query('CREATE INDEX correction_of_learner ON correction_request (learner_id)');
    await runner.query('CREATE INDEX correction_for_institution ON correction_request (institution_id, id)');
    const own = 'ANY ((SELECT meistras_reach())::uuid[])';
    const within = `((SELECT meistras_reaches_all()) OR institution_id = ${own} OR provider_id = ${own})`;
    await runner.query('ALTER TABLE correction_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY correction_seen_within_reach ON correction_request FOR SELECT USING ${within}`);
    await runner.query(
      `CREATE POLICY correction_decided_within_reach ON correction_request FOR UPDATE USING ${within}`,
    );
    await runner.query(`CREATE POLICY correction_asked_for ON correction_request FOR INSERT WITH CHECK ${within}`);
    await allow(runner, 'correction_request', 'SELECT, INSERT, UPDATE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE correction_request');
  }
}
