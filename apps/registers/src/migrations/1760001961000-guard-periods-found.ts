import type { MigrationInterface, QueryRunner } from 'typeorm';

const policies = ['seen', 'changed'].map((policy) => `register_period_${policy}_within_reach`);
const entryTables = ['staff_post', 'certificate_entry', 'certificate_supplement'];
const ofSubject = 'EXISTS (SELECT FROM learner l WHERE l.id = subject_id)';
const ofEntry = (table: string): string => `EXISTS (SELECT FROM ${table} e WHERE e.id = entry_id)`;

/**
 * The second wall around periods (T7) judges those that a statement finds. Written into each statement it was made ready
 * whether it found any or not, with the walls of all tables that it looks into: five times what an entry takes to read.
 */
export class GuardPeriodsFound1760001961000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION meistras_reaches_period(register text, entry_id uuid, subject_id uuid) RETURNS boolean
      STABLE PARALLEL SAFE LANGUAGE plpgsql AS $$
      BEGIN
        IF meistras_reaches_all() THEN RETURN true; END IF;
        CASE register
          ${entryTables.map((table) => `WHEN '${table}' THEN RETURN ${ofEntry(table)};`).join('\n          ')}
          ELSE
            IF subject_id IS NULL THEN RETURN true; END IF;
            RETURN ${ofSubject};
        END CASE;
      END $$`);
    await this.judgeBy(runner, 'meistras_reaches_period(register, entry_id, subject_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    const cases = entryTables.map((table) => `WHEN '${table}' THEN ${ofEntry(table)}`).join(' ');
    await this.judgeBy(runner, `CASE register ${cases} ELSE subject_id IS NULL OR ${ofSubject} END`);
    await runner.query('DROP FUNCTION meistras_reaches_period');
  }

  private async judgeBy(runner: QueryRunner, rule: string): Promise<void> {
    for (const policy of policies) await runner.query(`ALTER POLICY ${policy} ON register_period USING (${rule})`);
  }
}
