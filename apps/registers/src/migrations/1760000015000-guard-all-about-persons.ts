import type { MigrationInterface, QueryRunner } from 'typeorm';

const all = '(SELECT meistras_reaches_all())';
const own = 'ANY ((SELECT meistras_reach())::uuid[])';
const ofMember = `(${all} OR EXISTS (SELECT 1 FROM staff_member m WHERE m.id = staff_member_id))`;
const ofInstitution = `(${all} OR institution_id = ${own})`;

/** Registers of entries about persons. */
const aboutPersons = ['learner', 'learner_file', 'staff_post', 'certificate_entry'];

/** Which rows of a table a reach sees and changes. Whose a new row is, is judged before it is stored. */
const seen: Record<string, string> = {
  staff_member: `(${all} OR EXISTS (
    SELECT 1 FROM staff_post p
    WHERE p.staff_member_id = staff_member.id AND p.institution_id = ${own} AND p.state = 'ACTIVE'))`,
  staff_post: ofInstitution,
  staff_category: ofMember,
  staff_development: ofMember,
  certificate_entry: ofInstitution,
  match_review: all,
  // What held of an entry about a person is seen by whom the entry is seen by.
  register_period: `CASE register
    ${aboutPersons.map((name) => `WHEN '${name}' THEN EXISTS (SELECT 1 FROM ${name} e WHERE e.id = entry_id)`).join(' ')}
    ELSE true END`,
};

/** The second wall (T7) around all other rows about persons: staff, certificates, reviews, and what held before. */
export class GuardAllAboutPersons1760000015000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, within] of Object.entries(seen)) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_seen_within_reach ON ${table} FOR SELECT USING (${within})`);
      await runner.query(`CREATE POLICY ${table}_changed_within_reach ON ${table} FOR UPDATE USING (${within})`);
      await runner.query(`CREATE POLICY ${table}_begun ON ${table} FOR INSERT WITH CHECK (true)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of Object.keys(seen).toReversed()) {
      for (const policy of ['seen_within_reach', 'changed_within_reach', 'begun'])
        await runner.query(`DROP POLICY ${table}_${policy} ON ${table}`);
      await runner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`);
    }
  }
}
