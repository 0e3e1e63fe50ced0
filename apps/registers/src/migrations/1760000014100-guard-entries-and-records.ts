import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The second wall (T7) around what else says something of a learner: enrolments and access records. The reach of a
 * statement is read by functions, and by nothing else, so that a test can put a wall around a whole service.
 */
export class GuardEntriesAndRecords1760000014100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION meistras_reaches_all() RETURNS boolean STABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT coalesce(current_setting('meistras.reach', true) = '*', false)
      $$`);
    const [all, own] = ['(SELECT meistras_reaches_all())', 'ANY ((SELECT meistras_reach())::uuid[])'];
    const open = `e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')`;
    const learner = `(${all} OR institution_id = ${own}
      OR EXISTS (
        SELECT 1 FROM learner_entry e WHERE e.learner_id = learner.id AND e.institution_id = ${own} AND ${open})
      OR EXISTS (
        SELECT 1 FROM learner_redirect r LEFT JOIN learner_entry e ON e.learner_id = r.learner_id AND ${open}
        WHERE r.survivor_id = learner.id AND (r.institution_id = ${own} OR e.institution_id = ${own})))`;
    await runner.query(`ALTER POLICY learner_seen_within_reach ON learner USING ${learner}`);
    await runner.query(`ALTER POLICY learner_changed_within_reach ON learner USING ${learner}`);
    const entry = `(${all} OR institution_id = ${own})`;
    await runner.query('ALTER TABLE learner_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY learner_entry_seen_within_reach ON learner_entry FOR SELECT USING ${entry}`);
    await runner.query(`CREATE POLICY learner_entry_changed_within_reach ON learner_entry FOR UPDATE USING ${entry}`);
    await runner.query('CREATE POLICY learner_entry_heard ON learner_entry FOR INSERT WITH CHECK (true)');
    // Who sees a learner sees who looked at them; a record is left whatever the reach of the look was.
    const record = `(${all} OR EXISTS (SELECT 1 FROM learner l WHERE l.id = subject_id))`;
    await runner.query('ALTER TABLE access_record ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY access_record_seen_with_subject ON access_record FOR SELECT USING ${record}`);
    await runner.query('CREATE POLICY access_record_left ON access_record FOR INSERT WITH CHECK (true)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, ...policies] of [
      ['access_record', 'access_record_seen_with_subject', 'access_record_left'],
      ['learner_entry', 'learner_entry_seen_within_reach', 'learner_entry_changed_within_reach', 'learner_entry_heard'],
    ]) {
      for (const policy of policies) await runner.query(`DROP POLICY ${policy} ON ${table}`);
      await runner.query(`ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY`);
    }
  }
}
