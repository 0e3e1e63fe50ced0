import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateStaff1760000013400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE staff_member (
        id uuid NOT NULL,
        version integer NOT NULL,
        given_name text NOT NULL,
        family_name text NOT NULL,
        family_name_key text NOT NULL,
        birth_on date NOT NULL,
        sex text NOT NULL,
        personal_code_sealed bytea,
        personal_code_index bytea,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT staff_member_pk PRIMARY KEY (id),
        CONSTRAINT staff_member_personal_code_taken UNIQUE (personal_code_index)
      )`);
    await runner.query('CREATE INDEX staff_member_family_name ON staff_member (family_name_key text_pattern_ops)');
    await runner.query(`
      CREATE TABLE staff_post (
        id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        valid_from date NOT NULL,
        valid_to date,
        recorded_at timestamptz NOT NULL,
        provider text NOT NULL,
        legal_basis text,
        reason text,
        staff_member_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        position text NOT NULL,
        is_main_position boolean NOT NULL,
        full_time_share double precision NOT NULL,
        subjects jsonb NOT NULL,
        CONSTRAINT staff_post_pk PRIMARY KEY (id),
        CONSTRAINT staff_post_member FOREIGN KEY (staff_member_id) REFERENCES staff_member (id),
        CONSTRAINT staff_post_institution FOREIGN KEY (institution_id) REFERENCES institution (id)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX staff_post_taken ON staff_post (staff_member_id, institution_id, position) WHERE state = 'ACTIVE'`,
    );
    await runner.query('CREATE INDEX staff_post_of_institution ON staff_post (institution_id, staff_member_id)');
    await this.createDetails(runner);
    for (const table of ['staff_member', 'staff_post', 'staff_category'])
      await allow(runner, table, 'SELECT, INSERT, UPDATE');
    await allow(runner, 'staff_development', 'SELECT, INSERT');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis) VALUES
        ('reg.staff.fullTimeShare', '2000-01-01', '{"min": 0.01, "max": 1.5}', 'of a full position',
          'Register of pedagogues (etat_kruvis); the limits are an assumption, no act says them'),
        ('reg.staff.developmentDay', '2000-01-01', '6', 'academic hours', 'R-ACC-54')`);
  }

  private async createDetails(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE staff_development (
        id uuid NOT NULL,
        staff_member_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        held_on date NOT NULL,
        hours double precision NOT NULL,
        title text NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT staff_development_pk PRIMARY KEY (id),
        CONSTRAINT staff_development_member FOREIGN KEY (staff_member_id) REFERENCES staff_member (id)
      )`);
    await runner.query('CREATE INDEX staff_development_of_member ON staff_development (staff_member_id, held_on)');
    // Built from events of accreditation, which nothing here references.
    await runner.query(`
      CREATE TABLE staff_category (
        category_id uuid NOT NULL,
        version integer NOT NULL,
        staff_member_id uuid NOT NULL,
        category text NOT NULL,
        subject text,
        valid_from date NOT NULL,
        valid_to date,
        act_number text NOT NULL,
        CONSTRAINT staff_category_pk PRIMARY KEY (category_id)
      )`);
    await runner.query('CREATE INDEX staff_category_of_member ON staff_category (staff_member_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code LIKE 'reg.staff.%'`);
    await runner.query('DROP TABLE staff_category, staff_development, staff_post, staff_member');
  }
}
