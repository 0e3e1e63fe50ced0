import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What would be: runs on a copy, in tables that nothing which publishes or invites reads. */
export class CreateTrialRuns1760000011000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE trial_run (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        state text NOT NULL,
        name text,
        reason text,
        assumptions jsonb NOT NULL,
        seed text NOT NULL,
        public_draw text,
        engine_version text NOT NULL,
        started_by text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        attempt integer NOT NULL DEFAULT 0,
        phase text,
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL DEFAULT 0,
        stage_state text,
        input_hash text,
        result_hash text,
        applicants integer,
        added integer,
        left_out integer,
        placed integer,
        funded integer,
        report jsonb,
        error text,
        refusal jsonb,
        CONSTRAINT trial_run_pk PRIMARY KEY (id),
        CONSTRAINT trial_run_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query('CREATE INDEX trial_run_in ON trial_run (stage_id, id)');
    await runner.query(`
      CREATE TABLE trial_placement (
        run_id uuid NOT NULL,
        application_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        funding_type text NOT NULL,
        CONSTRAINT trial_placement_pk PRIMARY KEY (run_id, application_id),
        CONSTRAINT trial_placement_run_fk FOREIGN KEY (run_id) REFERENCES trial_run (id)
      )`);
    await runner.query(`
      CREATE TABLE trial_limit (
        run_id uuid NOT NULL,
        kind text NOT NULL,
        ref text NOT NULL,
        funding_type text NOT NULL,
        pool_code text NOT NULL,
        places integer NOT NULL,
        taken integer NOT NULL,
        score integer,
        lottery text,
        tier integer,
        criteria text[],
        CONSTRAINT trial_limit_pk PRIMARY KEY (run_id, kind, ref, funding_type),
        CONSTRAINT trial_limit_run_fk FOREIGN KEY (run_id) REFERENCES trial_run (id)
      )`);
    await allow(runner, 'trial_run', 'SELECT, INSERT, UPDATE, DELETE');
    await allow(runner, 'trial_placement', 'SELECT, INSERT, DELETE, MAINTAIN');
    await allow(runner, 'trial_limit', 'SELECT, INSERT, DELETE, MAINTAIN');
    await runner.query(
      `INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
       VALUES ('adm.retention.trialRuns', '2000-01-01', '90', 'days', 'Trials decide nothing: no act says how long they are kept')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'adm.retention.trialRuns'`);
    await runner.query('DROP TABLE trial_limit, trial_placement, trial_run');
  }
}
