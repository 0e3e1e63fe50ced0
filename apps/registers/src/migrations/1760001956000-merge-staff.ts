import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

const member = 'SELECT 1 FROM staff_member m';
/** Whoever sees a person sees what was said of entries that were merged into it. */
const ofMerged = (table: string): string => `((SELECT meistras_reaches_all())
  OR EXISTS (${member} WHERE m.id = ${table}.staff_member_id)
  OR EXISTS (${member} JOIN staff_redirect r ON r.survivor_id = m.id WHERE r.staff_member_id = ${table}.staff_member_id))`;
const ofMember = (table: string): string => `((SELECT meistras_reaches_all())
  OR EXISTS (${member} WHERE m.id = ${table}.staff_member_id))`;

/** Members of staff who are one person are reviewed and merged as learners are, by the same mechanism (R-REG-28). */
export class MergeStaff1760001956000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE staff_member ADD state text NOT NULL DEFAULT 'REGISTERED',
        ADD CONSTRAINT staff_member_state CHECK (state IN ('REGISTERED', 'MERGED'))`);
    await runner.query('CREATE INDEX staff_member_born ON staff_member (birth_on)');
    // Ids alone: whoever reaches a member that was merged reaches the one that was kept.
    await runner.query(`
      CREATE TABLE staff_redirect (
        staff_member_id uuid NOT NULL,
        merged_into_id uuid NOT NULL,
        survivor_id uuid NOT NULL,
        review_id uuid NOT NULL,
        merged_at timestamptz NOT NULL,
        moved_post_ids jsonb NOT NULL,
        CONSTRAINT staff_redirect_pk PRIMARY KEY (staff_member_id)
      )`);
    await runner.query('CREATE INDEX staff_redirect_to ON staff_redirect (survivor_id)');
    await allow(runner, 'staff_redirect', 'SELECT, INSERT, UPDATE, DELETE');
    await runner.query(`
      ALTER TABLE match_review ADD about text NOT NULL DEFAULT 'LEARNER',
        ADD CONSTRAINT match_review_about CHECK (about IN ('LEARNER', 'STAFF_MEMBER'))`);
    await runner.query(`ALTER TABLE match_day ADD about text NOT NULL DEFAULT 'LEARNER'`);
    await toBeMatched(runner);
    await guard(runner, ofMerged);
  }

  async down(runner: QueryRunner): Promise<void> {
    await guard(runner, ofMember);
    for (const when of ['registered', 'changed'])
      await runner.query(`DROP TRIGGER staff_member_matched_${when} ON staff_member`);
    await runner.query('DROP FUNCTION staff_member_to_be_matched()');
    await runner.query('ALTER TABLE match_day DROP about');
    await runner.query('ALTER TABLE match_review DROP about');
    await runner.query('DROP TABLE staff_redirect');
    await runner.query('ALTER TABLE staff_member DROP state');
  }
}

/** Birth dates of members who were registered or changed, and of all who were before, are to be compared. */
async function toBeMatched(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE FUNCTION staff_member_to_be_matched() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO match_day (about, birth_on) SELECT DISTINCT 'STAFF_MEMBER', birth_on FROM stored;
      RETURN NULL;
    END $$`);
  for (const [when, event] of [
    ['registered', 'INSERT'],
    ['changed', 'UPDATE'],
  ])
    await runner.query(`
      CREATE TRIGGER staff_member_matched_${when} AFTER ${event} ON staff_member REFERENCING NEW TABLE AS stored
      FOR EACH STATEMENT EXECUTE FUNCTION staff_member_to_be_matched()`);
  await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
  await runner.query(
    `INSERT INTO match_day (about, birth_on) SELECT DISTINCT 'STAFF_MEMBER', birth_on FROM staff_member`,
  );
}

async function guard(runner: QueryRunner, within: (table: string) => string): Promise<void> {
  for (const table of ['staff_category', 'staff_development'])
    for (const policy of ['seen', 'changed'])
      await runner.query(`ALTER POLICY ${table}_${policy}_within_reach ON ${table} USING (${within(table)})`);
}
