import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class FreezeRuns1760000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE application ADD COLUMN criteria text[] NOT NULL DEFAULT '{}'`);
    await runner.query(`
      ALTER TABLE matching_run
        ADD COLUMN attempt integer NOT NULL DEFAULT 0,
        ADD COLUMN phase text,
        ADD COLUMN done integer NOT NULL DEFAULT 0,
        ADD COLUMN total integer NOT NULL DEFAULT 0,
        ADD COLUMN public_draw text,
        ADD COLUMN digest text,
        ADD COLUMN key_id text,
        ADD COLUMN refusal jsonb`);
    await runner.query(`ALTER TABLE run_limit ADD COLUMN tier integer, ADD COLUMN criteria text[]`);
    await this.artefacts(runner);
    await this.quarantine(runner);
    await this.parameters(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = ANY($1)`, [parameters.map(({ code }) => code)]);
    await runner.query('DROP TABLE quarantine_decision, quarantined_application, artefact_chunk, stage_salt');
    await runner.query('ALTER TABLE run_limit DROP COLUMN tier, DROP COLUMN criteria');
    await runner.query(`
      ALTER TABLE matching_run DROP COLUMN attempt, DROP COLUMN phase, DROP COLUMN done, DROP COLUMN total,
        DROP COLUMN public_draw, DROP COLUMN digest, DROP COLUMN key_id, DROP COLUMN refusal`);
    await runner.query('ALTER TABLE application DROP COLUMN criteria');
  }

  private async artefacts(runner: QueryRunner): Promise<void> {
    // A run as it was, gzipped. Only added to: what a run that broke off left behind has the number of its attempt.
    await runner.query(`
      CREATE TABLE artefact_chunk (
        run_id uuid NOT NULL,
        attempt integer NOT NULL,
        part text NOT NULL,
        sequence integer NOT NULL,
        content bytea NOT NULL,
        CONSTRAINT artefact_chunk_pk PRIMARY KEY (run_id, attempt, part, sequence),
        CONSTRAINT artefact_chunk_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id)
      )`);
    await runner.query('ALTER TABLE artefact_chunk ALTER COLUMN content SET STORAGE EXTERNAL');
    // What keeps the hashes of applicants' facts from being guessed; no entity maps it and no answer reads it.
    await runner.query(`
      CREATE TABLE stage_salt (
        stage_id uuid NOT NULL,
        salt bytea NOT NULL,
        CONSTRAINT stage_salt_pk PRIMARY KEY (stage_id),
        CONSTRAINT stage_salt_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await allow(runner, 'artefact_chunk', 'SELECT, INSERT');
    await allow(runner, 'stage_salt', 'SELECT, INSERT');
  }

  private async quarantine(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE quarantined_application (
        run_id uuid NOT NULL,
        application_id uuid NOT NULL,
        group_number integer NOT NULL,
        CONSTRAINT quarantined_application_pk PRIMARY KEY (run_id, application_id),
        CONSTRAINT quarantined_application_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id)
      )`);
    await runner.query(`
      CREATE TABLE quarantine_decision (
        id uuid NOT NULL,
        run_id uuid NOT NULL,
        group_number integer NOT NULL,
        act text NOT NULL,
        decided_by text NOT NULL,
        decided_at timestamptz NOT NULL,
        CONSTRAINT quarantine_decision_pk PRIMARY KEY (id),
        CONSTRAINT quarantine_decision_taken UNIQUE (run_id, group_number),
        CONSTRAINT quarantine_decision_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id)
      )`);
    await allow(runner, 'quarantined_application', 'SELECT, INSERT, DELETE');
    await allow(runner, 'quarantine_decision', 'SELECT, INSERT');
  }

  private async parameters(runner: QueryRunner): Promise<void> {
    for (const { code, value, basis } of parameters) {
      await runner.query(
        `INSERT INTO policy_parameter (code, valid_from, value, legal_basis) VALUES ($1, '2000-01-01', $2, $3)`,
        [code, JSON.stringify(value), basis],
      );
    }
  }
}

const parameters = [
  {
    code: 'adm.tier',
    value: 'NONE',
    basis: 'R-ADM-24: no tiers; first qualification first in the additional stage of 2017',
  },
  { code: 'adm.criteria', value: [], basis: 'R-ADM-25: no list in force is known, none assumed' },
  { code: 'adm.lottery.publicDraw', value: false, basis: 'F-ADM-3: no public draw' },
  { code: 'adm.pool.oneScorePerField', value: false, basis: 'Section 5.1: own moves are listed' },
];
