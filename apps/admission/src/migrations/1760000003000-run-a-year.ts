import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

interface Parameter {
  code: string;
  value: unknown;
  unit?: string;
  from?: string;
  to?: string;
  basis: string;
}

/** A whole admission year: windows by step and group, places that go on, entry, tests, signing, complaints. */
export class RunAYear1760000003000 implements MigrationInterface {
  /** By rule of admission.md; where a rule was dated, every period that is known. */
  private readonly parameters: Parameter[] = [
    { code: 'adm.age.basicOnly', value: 16, unit: 'years', basis: 'R-ADM-02: requirements for applicants' },
    { code: 'adm.entry.V', value: 'SECONDARY', basis: 'R-ADM-03: not published, secondary education assumed' },
    { code: 'adm.module.grades', value: [9, 10, 11, 12], unit: 'grades', basis: 'R-ADM-04: module applicants' },
    { code: 'adm.order.extraDays', value: 0, unit: 'days', basis: 'R-ADM-17: ordering ends with applying' },
    { code: 'adm.suitability.binding', value: true, basis: 'R-ADM-18: V-373' },
    { code: 'adm.test.listedHours', value: 24, unit: 'hours', basis: 'R-ADM-20: entrance tests' },
    {
      code: 'adm.grades.registerSince',
      value: 2010,
      unit: 'year of leaving',
      basis: 'R-ADM-21: leavers of 2010 and later',
    },
    { code: 'adm.statistics.smallestCell', value: 5, unit: 'persons', basis: 'Section 7: small cells are hidden' },
    {
      code: 'adm.sign.extension',
      value: {},
      unit: 'days',
      to: '2020-01-01',
      basis: 'R-ADM-30: none known before 2020',
    },
    {
      code: 'adm.sign.extension',
      value: { ADDITIONAL: { over: 300, days: 1 } },
      unit: 'days',
      from: '2020-01-01',
      to: '2023-01-01',
      basis: 'R-ADM-30: additional stages of 2020 to 2022',
    },
    {
      code: 'adm.sign.extension',
      value: {},
      unit: 'days',
      from: '2023-01-01',
      basis: 'R-ADM-30: none known since 2023',
    },
    { code: 'adm.sign.minor', value: 18, unit: 'years', basis: 'R-ADM-31: a guardian signs for minors too' },
    {
      code: 'adm.sign.documents',
      value: ['IDENTITY', 'MEDICAL_CERTIFICATE', 'EDUCATION_DOCUMENT'],
      basis: 'R-ADM-32: documents at signing',
    },
    { code: 'adm.appeal.fileDays', value: 5, unit: 'working days', basis: 'R-ADM-37: complaint' },
    { code: 'adm.appeal.signDays', value: 5, unit: 'working days', basis: 'R-ADM-37: a place won on complaint' },
    { code: 'adm.appeal.answerDays', value: 10, unit: 'working days', basis: 'R-ADM-37: answer' },
  ];

  async up(runner: QueryRunner): Promise<void> {
    await this.policies(runner);
    await this.stages(runner);
    await this.offerings(runner);
    await this.applications(runner);
    await this.entranceTests(runner);
    await this.signing(runner);
    await this.complaints(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE complaint, entrance_test_result, entrance_test_registration, entrance_test_slot,
      application_draft, application_score, place_movement, sign_extension, policy_statement`);
    await runner.query(`ALTER TABLE invitation DROP over_capacity, DROP annulment_reason, DROP own_sign_until`);
    await runner.query(`DROP INDEX invitation_one_live`);
    await runner.query(`ALTER TABLE invitation ADD CONSTRAINT invitation_one_per_applicant UNIQUE (application_id)`);
    await runner.query(`DROP INDEX agreement_of_offering`);
    await runner.query(
      `ALTER TABLE agreement DROP documents_seen, DROP signed_by, DROP mandate_hash, DROP guardian_signed`,
    );
    await runner.query(`ALTER TABLE suitability DROP bound`);
    await runner.query(`ALTER TABLE application DROP entry_facts, DROP applicant_group, DROP needs, DROP ordered`);
    await runner.query(`DROP INDEX offering_taken`);
    await runner.query(`ALTER TABLE offering DROP module_code, DROP module_credits, DROP unit_code, DROP apprenticeship,
      DROP awards, DROP entrance_test`);
    await runner.query(
      `CREATE UNIQUE INDEX offering_taken ON offering (stage_id, institution_id, programme_id) WHERE state = 'OPEN'`,
    );
    await runner.query(`ALTER TABLE funded_pool DROP planned, DROP carried_over`);
    await runner.query(`ALTER TABLE stage_window_act DROP windows, ADD apply_from timestamptz, ADD apply_until timestamptz,
      ADD sign_until timestamptz`);
    await runner.query(`ALTER TABLE stage DROP suitability_until, DROP order_until, DROP invite_from, DROP sign_from,
      DROP group_windows, DROP sign_extra_days`);
    await runner.query('DELETE FROM policy_parameter WHERE code = ANY($1)', [this.parameters.map(({ code }) => code)]);
  }

  private async policies(runner: QueryRunner): Promise<void> {
    for (const { code, value, unit, from, to, basis } of this.parameters) {
      await runner.query(
        `INSERT INTO policy_parameter (code, valid_from, valid_to, value, unit, legal_basis)
         VALUES ($1, $2, $3, $4, $5, $6)`,
        [code, from ?? '2000-01-01', to ?? null, JSON.stringify(value), unit ?? null, basis],
      );
    }
    // Every word that was said of a parameter; the table beside shows the last one of each day.
    await runner.query(`
      CREATE TABLE policy_statement (
        id uuid NOT NULL,
        code text NOT NULL,
        valid_from date NOT NULL,
        value jsonb NOT NULL,
        unit text,
        legal_basis text NOT NULL,
        stated_by text NOT NULL,
        stated_at timestamptz NOT NULL,
        CONSTRAINT policy_statement_pk PRIMARY KEY (id)
      )`);
    await allow(runner, 'policy_statement', 'SELECT, INSERT');
    await allow(runner, 'policy_parameter', 'SELECT, INSERT, UPDATE');
  }

  private async stages(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE stage ADD suitability_until timestamptz, ADD order_until timestamptz, ADD invite_from timestamptz,
        ADD sign_from timestamptz, ADD group_windows jsonb NOT NULL DEFAULT '[]', ADD sign_extra_days integer NOT NULL DEFAULT 0`);
    await runner.query(`UPDATE stage SET suitability_until = apply_until, order_until = apply_until,
      invite_from = apply_until, sign_from = apply_until`);
    await runner.query(`
      ALTER TABLE stage ALTER suitability_until SET NOT NULL, ALTER order_until SET NOT NULL,
        ALTER invite_from SET NOT NULL, ALTER sign_from SET NOT NULL, ALTER group_windows DROP DEFAULT,
        ALTER sign_extra_days DROP DEFAULT`);
    await runner.query(`ALTER TABLE stage_window_act ADD windows jsonb`);
    await runner.query(`UPDATE stage_window_act SET windows = jsonb_build_object('applyFrom', apply_from,
      'applyUntil', apply_until, 'signUntil', sign_until)`);
    await runner.query(`ALTER TABLE stage_window_act ALTER windows SET NOT NULL, DROP apply_from, DROP apply_until,
      DROP sign_until`);
    await runner.query(`ALTER TABLE funded_pool ADD planned integer, ADD carried_over integer`);
    await runner.query(`UPDATE funded_pool SET planned = quota, carried_over = 0`);
    await runner.query(`ALTER TABLE funded_pool ALTER planned SET NOT NULL, ALTER carried_over SET NOT NULL`);
    await runner.query(`
      CREATE TABLE place_movement (
        id uuid NOT NULL,
        year integer NOT NULL,
        from_stage_id uuid NOT NULL,
        to_stage_id uuid,
        field_code text NOT NULL,
        places integer NOT NULL,
        reason text NOT NULL,
        agreement_id uuid,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT place_movement_pk PRIMARY KEY (id),
        CONSTRAINT place_movement_from_fk FOREIGN KEY (from_stage_id) REFERENCES stage (id),
        CONSTRAINT place_movement_to_fk FOREIGN KEY (to_stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`CREATE UNIQUE INDEX place_movement_once ON place_movement (from_stage_id, field_code)
      WHERE reason = 'STAGE_CLOSED'`);
    await runner.query(
      `CREATE UNIQUE INDEX place_movement_agreement_once ON place_movement (agreement_id) WHERE agreement_id IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX place_movement_to ON place_movement (to_stage_id)`);
    await allow(runner, 'place_movement', 'SELECT, INSERT');
  }

  private async offerings(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE offering ADD module_code text NOT NULL DEFAULT '', ADD module_credits integer,
        ADD unit_code text NOT NULL DEFAULT '', ADD apprenticeship boolean NOT NULL DEFAULT false,
        ADD awards text NOT NULL DEFAULT 'QUALIFICATION', ADD entrance_test boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE offering ALTER module_code DROP DEFAULT, ALTER unit_code DROP DEFAULT,
      ALTER apprenticeship DROP DEFAULT, ALTER awards DROP DEFAULT, ALTER entrance_test DROP DEFAULT`);
    await runner.query(`DROP INDEX offering_taken`);
    await runner.query(`CREATE UNIQUE INDEX offering_taken ON offering
      (stage_id, institution_id, programme_id, module_code, unit_code, apprenticeship) WHERE state = 'OPEN'`);
  }

  private async applications(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE application ADD entry_facts jsonb NOT NULL DEFAULT '{"education":"SECONDARY"}',
        ADD applicant_group text NOT NULL DEFAULT 'WITH_SECONDARY', ADD needs jsonb NOT NULL DEFAULT '{}',
        ADD ordered boolean NOT NULL DEFAULT true`);
    await runner.query(`ALTER TABLE application ALTER entry_facts DROP DEFAULT, ALTER applicant_group DROP DEFAULT,
      ALTER needs DROP DEFAULT, ALTER ordered DROP DEFAULT`);
    await runner.query(`ALTER TABLE suitability ADD bound boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE suitability ALTER bound DROP DEFAULT`);
    // What every score was computed from; a correction adds a row.
    await runner.query(`
      CREATE TABLE application_score (
        application_id uuid NOT NULL,
        version integer NOT NULL,
        grades jsonb NOT NULL,
        exam_results jsonb NOT NULL,
        secondary_weight integer NOT NULL,
        score integer NOT NULL,
        score_formula text NOT NULL,
        reason text,
        stated_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT application_score_pk PRIMARY KEY (application_id, version),
        CONSTRAINT application_score_application_fk FOREIGN KEY (application_id) REFERENCES application (id)
      )`);
    await runner.query(`
      INSERT INTO application_score (application_id, version, grades, exam_results, secondary_weight, score, score_formula,
        stated_by, recorded_at)
      SELECT id, 1, grades, exam_results, 0, score, score_formula, 'migration', submitted_at FROM application`);
    await runner.query(`
      CREATE TABLE application_draft (
        stage_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        version integer NOT NULL,
        content jsonb NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT application_draft_pk PRIMARY KEY (stage_id, learner_id),
        CONSTRAINT application_draft_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await allow(runner, 'application_score', 'SELECT, INSERT');
    await allow(runner, 'application_draft', 'SELECT, INSERT, UPDATE, DELETE');
  }

  private async entranceTests(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE entrance_test_slot (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        year integer NOT NULL,
        programme_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        starts_at timestamptz NOT NULL,
        places integer NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT entrance_test_slot_pk PRIMARY KEY (id),
        CONSTRAINT entrance_test_slot_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await runner.query(`CREATE INDEX entrance_test_slot_of ON entrance_test_slot (stage_id, programme_id, starts_at)`);
    await runner.query(`
      CREATE TABLE entrance_test_registration (
        slot_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT entrance_test_registration_pk PRIMARY KEY (slot_id, learner_id),
        CONSTRAINT entrance_test_registration_slot_fk FOREIGN KEY (slot_id) REFERENCES entrance_test_slot (id)
      )`);
    await runner.query(`
      CREATE TABLE entrance_test_result (
        learner_id uuid NOT NULL,
        programme_id uuid NOT NULL,
        year integer NOT NULL,
        version integer NOT NULL,
        slot_id uuid NOT NULL,
        result text NOT NULL,
        stated_by text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT entrance_test_result_pk PRIMARY KEY (learner_id, programme_id, year),
        CONSTRAINT entrance_test_result_slot_fk FOREIGN KEY (slot_id) REFERENCES entrance_test_slot (id)
      )`);
    await allow(runner, 'entrance_test_slot', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'entrance_test_registration', 'SELECT, INSERT, DELETE');
    await allow(runner, 'entrance_test_result', 'SELECT, INSERT, UPDATE');
  }

  private async signing(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sign_extension (
        stage_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        days integer NOT NULL,
        CONSTRAINT sign_extension_pk PRIMARY KEY (stage_id, institution_id),
        CONSTRAINT sign_extension_stage_fk FOREIGN KEY (stage_id) REFERENCES stage (id)
      )`);
    await allow(runner, 'sign_extension', 'SELECT, INSERT');
    await runner.query(`
      ALTER TABLE agreement ADD documents_seen jsonb NOT NULL DEFAULT '[]', ADD signed_by text NOT NULL DEFAULT 'APPLICANT',
        ADD mandate_hash text, ADD guardian_signed boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE agreement ALTER documents_seen DROP DEFAULT, ALTER signed_by DROP DEFAULT,
      ALTER guardian_signed DROP DEFAULT`);
    await runner.query(`CREATE INDEX agreement_of_offering ON agreement (offering_id)`);
    await runner.query(
      `ALTER TABLE invitation ADD over_capacity boolean NOT NULL DEFAULT false, ADD annulment_reason text,
      ADD own_sign_until timestamptz`,
    );
    await runner.query(`ALTER TABLE invitation ALTER over_capacity DROP DEFAULT`);
    // R-ADM-28: one at a time; a place won on complaint takes the stead of another invitation (R-ADM-37).
    await runner.query(`ALTER TABLE invitation DROP CONSTRAINT invitation_one_per_applicant`);
    await runner.query(
      `CREATE UNIQUE INDEX invitation_one_live ON invitation (application_id) WHERE state IN ('ISSUED', 'SIGNED')`,
    );
  }

  private async complaints(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE complaint (
        id uuid NOT NULL,
        version integer NOT NULL,
        stage_id uuid NOT NULL,
        application_id uuid NOT NULL,
        learner_id uuid NOT NULL,
        offering_id uuid NOT NULL,
        funding_type text NOT NULL,
        institution_id uuid NOT NULL,
        ground text NOT NULL,
        filed_at timestamptz NOT NULL,
        answer_by date NOT NULL,
        state text NOT NULL,
        reason text,
        decided_by text,
        decided_at timestamptz,
        invitation_id uuid,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT complaint_pk PRIMARY KEY (id),
        CONSTRAINT complaint_application_fk FOREIGN KEY (application_id) REFERENCES application (id),
        CONSTRAINT complaint_offering_fk FOREIGN KEY (offering_id) REFERENCES offering (id),
        CONSTRAINT complaint_invitation_fk FOREIGN KEY (invitation_id) REFERENCES invitation (id)
      )`);
    await runner.query(`CREATE UNIQUE INDEX complaint_open ON complaint (application_id) WHERE state = 'OPEN'`);
    await runner.query(`CREATE INDEX complaint_in ON complaint (stage_id, state)`);
    await allow(runner, 'complaint', 'SELECT, INSERT, UPDATE');
  }
}
