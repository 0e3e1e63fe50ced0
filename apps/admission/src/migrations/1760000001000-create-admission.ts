import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateAdmission1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await this.referenceTables(runner);
    await this.stageTables(runner);
    await this.applicationTables(runner);
    await this.runTables(runner);
    await this.resultTables(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    const newestFirst = `agreement, invitation, run_limit, placement, matching_run, suitability, preference, application,
      offering, funded_pool, stage_seed, stage_window_act, stage, campaign, accreditation, known_learner, known_programme,
      known_institution`;
    await runner.query(`DROP TABLE ${newestFirst}`);
  }

  private async referenceTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE known_institution (
        institution_id uuid NOT NULL,
        version integer NOT NULL,
        code_scheme text NOT NULL,
        code text NOT NULL,
        state text NOT NULL,
        CONSTRAINT known_institution_pk PRIMARY KEY (institution_id)
      )`);
    await runner.query(`CREATE INDEX known_institution_code ON known_institution (code_scheme, code)`);
    await runner.query(`
      CREATE TABLE known_programme (
        programme_id uuid NOT NULL,
        version integer NOT NULL,
        code_scheme text NOT NULL,
        code text NOT NULL,
        field_code text NOT NULL,
        kind text NOT NULL,
        eqf_level integer NOT NULL,
        credits integer NOT NULL,
        state text NOT NULL,
        CONSTRAINT known_programme_pk PRIMARY KEY (programme_id)
      )`);
    await runner.query(`CREATE INDEX known_programme_code ON known_programme (code_scheme, code)`);
    await runner.query(`
      CREATE TABLE known_learner (
        learner_id uuid NOT NULL,
        version integer NOT NULL,
        institution_id uuid,
        birth_year integer NOT NULL,
        CONSTRAINT known_learner_pk PRIMARY KEY (learner_id)
      )`);
    await runner.query(`
      CREATE TABLE accreditation (
        decision_id uuid NOT NULL,
        version integer NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        state text NOT NULL,
        CONSTRAINT accreditation_pk PRIMARY KEY (decision_id)
      )`);
    await runner.query(`CREATE INDEX accreditation_of ON accreditation (programme_id, institution_id)`);
    for (const table of ['known_institution', 'known_programme', 'known_learner', 'accreditation'])
      await allow(runner, table, 'SELECT, INSERT, UPDATE');
  }

  private async stageTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaign (
        id uuid NOT NULL,
        version integer NOT NULL,
        year integer NOT NULL,
        plan_act text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT campaign_pk PRIMARY KEY (id),
        CONSTRAINT campaign_year_taken UNIQUE (year)
      )`);
    await runner.query(`
      CREATE TABLE stage (
        id uuid NOT NULL,
        version integer NOT NULL,
        campaign_id uuid NOT NULL,
        year integer NOT NULL,
        type text NOT NULL,
        sequence integer NOT NULL,
        apply_from timestamptz NOT NULL,
        apply_until timestamptz NOT NULL,
        sign_until timestamptz NOT NULL,
        starts_on date NOT NULL,
        preference_limit integer NOT NULL,
        limit_basis text NOT NULL,
        act text,
        state text NOT NULL,
        seed_commitment text,
        seed text,
        run_id uuid,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT stage_pk PRIMARY KEY (id),
        CONSTRAINT stage_sequence_taken UNIQUE (campaign_id, sequence),
        CONSTRAINT stage_campaign_fk FOREIGN KEY (campaign_id) REFERENCES campaign (id)
      )`);
    // The secret of the lottery: no entity maps it and no answer reads it.
    await runner.query(`
      CREATE TABLE stage_seed (
        stage_id uuid NOT NULL,
        seed text NOT NULL,
        drawn_at timestamptz NOT NULL,
        CONSTRAINT stage_seed_pk PRIMARY KEY (stage_id),
        CONSTRAINT stage_seed_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`
      CREATE TABLE stage_window_act (
        stage_id uuid NOT NULL,
        version integer NOT NULL,
        apply_from timestamptz NOT NULL,
        apply_until timestamptz NOT NULL,
        sign_until timestamptz NOT NULL,
        act text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT stage_window_act_pk PRIMARY KEY (stage_id, version),
        CONSTRAINT stage_window_act_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`
      CREATE TABLE funded_pool (
        stage_id uuid NOT NULL,
        field_code text NOT NULL,
        version integer NOT NULL,
        quota integer NOT NULL,
        act text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT funded_pool_pk PRIMARY KEY (stage_id, field_code),
        CONSTRAINT funded_pool_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`
      CREATE TABLE offering (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        year integer NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        field_code text NOT NULL,
        pool_code text NOT NULL,
        funded_seats integer NOT NULL,
        non_funded_seats integer NOT NULL,
        latitude double precision,
        longitude double precision,
        state text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT offering_pk PRIMARY KEY (id),
        CONSTRAINT offering_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX offering_taken ON offering (stage_id, institution_id, programme_id) WHERE state = 'OPEN'`,
    );
    await runner.query(`CREATE INDEX offering_of ON offering (institution_id, programme_id)`);
    await allow(runner, 'campaign', 'SELECT, INSERT');
    await allow(runner, 'stage_seed', 'SELECT, INSERT');
    await allow(runner, 'stage_window_act', 'SELECT, INSERT');
    for (const table of ['stage', 'funded_pool', 'offering']) await allow(runner, table, 'SELECT, INSERT, UPDATE');
  }

  private async applicationTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE application (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        year integer NOT NULL,
        learner_id uuid NOT NULL,
        state text NOT NULL,
        grades jsonb NOT NULL,
        exam_results jsonb NOT NULL,
        funding_facts jsonb NOT NULL,
        score integer NOT NULL,
        score_formula text NOT NULL,
        submitted_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT application_pk PRIMARY KEY (id),
        CONSTRAINT application_taken UNIQUE (stage_id, learner_id),
        CONSTRAINT application_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`CREATE INDEX application_learner ON application (learner_id)`);
    await runner.query(`CREATE INDEX application_in ON application (stage_id, id)`);
    await runner.query(`
      CREATE TABLE preference (
        application_id uuid NOT NULL,
        rank integer NOT NULL,
        offering_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        funding_type text NOT NULL,
        ineligible jsonb,
        CONSTRAINT preference_pk PRIMARY KEY (application_id, rank),
        CONSTRAINT preference_taken UNIQUE (application_id, offering_id, funding_type),
        CONSTRAINT preference_application_fk FOREIGN KEY (application_id) REFERENCES application (id),
        CONSTRAINT preference_offering_fk FOREIGN KEY (offering_id) REFERENCES offering (id)
      )`);
    await runner.query(`CREATE INDEX preference_at ON preference (institution_id, application_id)`);
    await runner.query(`
      CREATE TABLE suitability (
        application_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        state text NOT NULL,
        reason text,
        decided_at timestamptz,
        decided_by text,
        CONSTRAINT suitability_pk PRIMARY KEY (application_id, offering_id),
        CONSTRAINT suitability_application_fk FOREIGN KEY (application_id) REFERENCES application (id),
        CONSTRAINT suitability_offering_fk FOREIGN KEY (offering_id) REFERENCES offering (id)
      )`);
    await runner.query(`CREATE INDEX suitability_at ON suitability (institution_id, application_id, offering_id)`);
    await allow(runner, 'application', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'preference', 'SELECT, INSERT, DELETE');
    await allow(runner, 'suitability', 'SELECT, INSERT, UPDATE');
  }

  private async runTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE matching_run (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        state text NOT NULL,
        engine_version text NOT NULL,
        started_by text NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz,
        input_hash text,
        result_hash text,
        applicants integer,
        placed integer,
        report jsonb,
        error text,
        published_by text,
        published_at timestamptz,
        published_up_to uuid,
        CONSTRAINT matching_run_pk PRIMARY KEY (id),
        CONSTRAINT matching_run_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX matching_run_one_running ON matching_run (stage_id) WHERE state = 'RUNNING'`,
    );
    await runner.query(`CREATE INDEX matching_run_in ON matching_run (stage_id, id)`);
    await runner.query(`
      CREATE TABLE placement (
        run_id uuid NOT NULL,
        application_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        funding_type text NOT NULL,
        CONSTRAINT placement_pk PRIMARY KEY (run_id, application_id),
        CONSTRAINT placement_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id)
      )`);
    // Seats and quotas as the run filled them, with the last one taken: what every explanation rests on.
    await runner.query(`
      CREATE TABLE run_limit (
        run_id uuid NOT NULL,
        kind text NOT NULL,
        ref text NOT NULL,
        funding_type text NOT NULL,
        pool_code text NOT NULL,
        places integer NOT NULL,
        taken integer NOT NULL,
        score integer,
        lottery text,
        CONSTRAINT run_limit_pk PRIMARY KEY (run_id, kind, ref, funding_type),
        CONSTRAINT run_limit_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id)
      )`);
    await allow(runner, 'matching_run', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'placement', 'SELECT, INSERT, DELETE');
    await allow(runner, 'run_limit', 'SELECT, INSERT, DELETE');
  }

  private async resultTables(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE invitation (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        year integer NOT NULL,
        run_id uuid NOT NULL,
        application_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        funding_type text NOT NULL,
        rank integer NOT NULL,
        state text NOT NULL,
        issued_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT invitation_pk PRIMARY KEY (id),
        CONSTRAINT invitation_one_per_applicant UNIQUE (application_id),
        CONSTRAINT invitation_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id),
        CONSTRAINT invitation_run_fk FOREIGN KEY (run_id) REFERENCES matching_run (id),
        CONSTRAINT invitation_application_fk FOREIGN KEY (application_id) REFERENCES application (id),
        CONSTRAINT invitation_offering_fk FOREIGN KEY (offering_id) REFERENCES offering (id)
      )`);
    await runner.query(`CREATE INDEX invitation_at ON invitation (institution_id, stage_id, id)`);
    await runner.query(`CREATE INDEX invitation_in ON invitation (stage_id, state)`);
    await runner.query(`
      CREATE TABLE agreement (
        id uuid NOT NULL,
        version integer NOT NULL,
        invitation_id uuid NOT NULL,
        stage_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        programme_code text NOT NULL,
        field_code text NOT NULL,
        eqf_level integer NOT NULL,
        credits integer NOT NULL,
        funding_type text NOT NULL,
        year integer NOT NULL,
        signed_at timestamptz NOT NULL,
        starts_on date NOT NULL,
        planned_end_on date NOT NULL,
        live_until date NOT NULL,
        terminated_on date,
        termination_reason text,
        state text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT agreement_pk PRIMARY KEY (id),
        CONSTRAINT agreement_one_per_invitation UNIQUE (invitation_id),
        CONSTRAINT agreement_invitation_fk FOREIGN KEY (invitation_id) REFERENCES invitation (id)
      )`);
    await runner.query(`CREATE INDEX agreement_learner ON agreement (learner_id)`);
    await runner.query(`CREATE INDEX agreement_at ON agreement (institution_id, id)`);
    await runner.query(`CREATE INDEX agreement_in ON agreement (stage_id)`);
    await allow(runner, 'invitation', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'agreement', 'SELECT, INSERT, UPDATE');
  }
}
