import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

const own = 'ANY ((SELECT meistras_reach())::uuid[])';
const within = `((SELECT meistras_reaches_all()) OR institution_id = ${own})`;
const ofSubject = 'subject_id IS NULL OR EXISTS (SELECT 1 FROM learner l WHERE l.id = subject_id)';
const ofEntry = (table: string): string =>
  `WHEN '${table}' THEN EXISTS (SELECT 1 FROM ${table} e WHERE e.id = entry_id)`;
const before = ['staff_post', 'certificate_entry'];

/** What the supplement of a diploma or certificate says, behind the second wall of its entry (R-REG-19, T7). */
export class CreateCertificateSupplement1760001957000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE certificate_supplement (
        id uuid NOT NULL, version integer NOT NULL, state text NOT NULL, valid_from date NOT NULL, valid_to date,
        recorded_at timestamptz NOT NULL, provider text NOT NULL, legal_basis text, reason text,
        certificate_entry_id uuid NOT NULL,
        institution_id uuid NOT NULL,
        content jsonb NOT NULL,
        CONSTRAINT certificate_supplement_pk PRIMARY KEY (id),
        CONSTRAINT certificate_supplement_of_entry UNIQUE (certificate_entry_id),
        CONSTRAINT certificate_supplement_entry FOREIGN KEY (certificate_entry_id) REFERENCES certificate_entry (id)
      )`);
    await runner.query(
      'CREATE INDEX certificate_supplement_of_institution ON certificate_supplement (institution_id, id)',
    );
    await allow(runner, 'certificate_supplement', 'SELECT, INSERT, UPDATE');
    await runner.query('ALTER TABLE certificate_supplement ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    for (const [policy, rule] of [
      ['seen_within_reach', `FOR SELECT USING (${within})`],
      ['changed_within_reach', `FOR UPDATE USING (${within})`],
      ['begun', 'FOR INSERT WITH CHECK (true)'],
    ])
      await runner.query(`CREATE POLICY certificate_supplement_${policy} ON certificate_supplement ${rule}`);
    await guardPeriods(runner, [...before, 'certificate_supplement']);
  }

  async down(runner: QueryRunner): Promise<void> {
    await guardPeriods(runner, before);
    await runner.query('DROP TABLE certificate_supplement');
  }
}

async function guardPeriods(runner: QueryRunner, tables: string[]): Promise<void> {
  const periods = `CASE register ${tables.map(ofEntry).join(' ')} ELSE ${ofSubject} END`;
  for (const policy of ['seen', 'changed'])
    await runner.query(`ALTER POLICY register_period_${policy}_within_reach ON register_period USING (${periods})`);
}
