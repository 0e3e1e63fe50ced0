import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

const stateIn = (states: string): string => `
  ALTER TABLE staff_member DROP CONSTRAINT staff_member_state,
    ADD CONSTRAINT staff_member_state CHECK (state IN (${states}))`;

/** Members of staff are erased as learners are, by the same mechanism and with the same proof. */
export class EraseStaff1760001958000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE erasure ADD about text NOT NULL DEFAULT 'LEARNER',
        ADD CONSTRAINT erasure_about CHECK (about IN ('LEARNER', 'STAFF_MEMBER'))`);
    await runner.query(stateIn(`'REGISTERED', 'MERGED', 'ERASED'`));
    await runner.query('CREATE INDEX staff_post_of_member ON staff_post (staff_member_id)');
    // What development was called is said in words; all else of it stays for statistics.
    await allow(runner, 'staff_development', 'UPDATE (title)');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
      VALUES ('reg.retention.staff', '2000-01-01', '10', 'years after the last post',
        'retention of the register of pedagogues; the number is an assumption, no act that is published says one')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.retention.staff'`);
    await runner.query('DROP INDEX staff_post_of_member');
    await runner.query(stateIn(`'REGISTERED', 'MERGED'`));
    await runner.query('ALTER TABLE erasure DROP about');
  }
}
