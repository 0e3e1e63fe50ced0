import type { MigrationInterface, QueryRunner } from 'typeorm';

const all = '(SELECT meistras_reaches_all())';
const own = 'ANY ((SELECT meistras_reach())::uuid[])';
const ofMember = `(${all} OR EXISTS (SELECT 1 FROM staff_member m WHERE m.id = staff_member_id))`;
const ofInstitution = `(${all} OR institution_id = ${own})`;

/** Which rows of a table a reach sees and changes. Whose a new row is, is judged before it is stored. */
const seen = {
  staff_member: `(${all} OR EXISTS (
    SELECT 1 FROM staff_post p
    WHERE p.staff_member_id = staff_member.id AND p.institution_id = ${own} AND p.state = 'ACTIVE'))`,
  staff_post: ofInstitution,
  staff_category: ofMember,
  staff_development: ofMember,
  certificate_entry: ofInstitution,
  match_review: all,
};

const ofSubject = 'subject_id IS NULL OR EXISTS (SELECT 1 FROM learner l WHERE l.id = subject_id)';
const ofEntry = (table: string): string =>
  `WHEN '${table}' THEN EXISTS (SELECT 1 FROM ${table} e WHERE e.id = entry_id)`;
/** What held of a post or a certificate is seen by whom it is seen by: an institution, whoever else sees the person. */
const periods = `CASE register ${ofEntry('staff_post')} ${ofEntry('certificate_entry')} ELSE ${ofSubject} END`;

/** The second wall (T7) around all other rows about persons: staff, certificates, reviews, and what held of them before. */
export class GuardAllAboutPersons1760000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, within] of Object.entries(seen)) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_seen_within_reach ON ${table} FOR SELECT USING (${within})`);
      await runner.query(`CREATE POLICY ${table}_changed_within_reach ON ${table} FOR UPDATE USING (${within})`);
      await runner.query(`CREATE POLICY ${table}_begun ON ${table} FOR INSERT WITH CHECK (true)`);
    }
    await this.guardPeriods(runner, periods);
  }

  private async guardPeriods(runner: QueryRunner, within: string): Promise<void> {
    for (const policy of ['seen', 'changed'])
      await runner.query(`ALTER POLICY register_period_${policy}_within_reach ON register_period USING (${within})`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await this.guardPeriods(runner, ofSubject);
    for (const table of Object.keys(seen).toReversed()) {
      for (const policy of ['seen_within_reach', 'changed_within_reach', 'begun'])
        await runner.query(`DROP POLICY ${table}_${policy} ON ${table}`);
      await runner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`);
    }
  }
}
