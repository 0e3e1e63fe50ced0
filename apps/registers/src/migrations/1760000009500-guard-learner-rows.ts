import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The second wall (T7): what the service's own filter lets through by mistake, the database still hides. The setting
 * `meistras.reach` is `*`, or an array of institutions; without it no learner is visible, to the owner neither.
 */
export class GuardLearnerRows1760000009500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION meistras_reach() RETURNS uuid[] STABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT CASE WHEN current_setting('meistras.reach', true) NOT IN ('', '*')
          THEN current_setting('meistras.reach')::uuid[] END
      $$`);
    // Subqueries, so that the setting is read once for a statement and not for a row.
    const within = `(
      (SELECT current_setting('meistras.reach', true) = '*')
      OR institution_id = ANY ((SELECT meistras_reach())::uuid[])
      OR EXISTS (
        SELECT 1 FROM learner_entry e
        WHERE e.learner_id = learner.id AND e.institution_id = ANY ((SELECT meistras_reach())::uuid[])
          AND e.state IN ('PLANNED', 'ACTIVE', 'COMPLETED')
      ))`;
    await runner.query('ALTER TABLE learner ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY learner_seen_within_reach ON learner FOR SELECT USING ${within}`);
    await runner.query(`CREATE POLICY learner_changed_within_reach ON learner FOR UPDATE USING ${within}`);
    // Creations of many callers share a statement; whom a new learner belongs to is judged before it.
    await runner.query('CREATE POLICY learner_registered ON learner FOR INSERT WITH CHECK (true)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP POLICY learner_seen_within_reach ON learner');
    await runner.query('DROP POLICY learner_changed_within_reach ON learner');
    await runner.query('DROP POLICY learner_registered ON learner');
    await runner.query('ALTER TABLE learner NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY');
    await runner.query('DROP FUNCTION meistras_reach()');
  }
}
