import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What is kept of a learner beside the person: guardians, contacts, special needs, earlier education. Each on its own scope. */
export class CreateLearnerFile1760000010200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE learner_file (
        id uuid NOT NULL, version integer NOT NULL, state text NOT NULL, valid_from date NOT NULL, valid_to date,
        recorded_at timestamptz NOT NULL, provider text NOT NULL, legal_basis text, reason text,
        learner_id uuid NOT NULL,
        kind text NOT NULL,
        content jsonb NOT NULL,
        CONSTRAINT learner_file_pk PRIMARY KEY (id),
        CONSTRAINT learner_file_of_learner UNIQUE (learner_id, kind),
        CONSTRAINT learner_file_learner FOREIGN KEY (learner_id) REFERENCES learner (id)
      )`);
    await allow(runner, 'learner_file', 'SELECT, INSERT, UPDATE');
    await protection(runner);
    const within = 'EXISTS (SELECT 1 FROM learner l WHERE l.id = learner_id)';
    await runner.query('ALTER TABLE learner_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY learner_file_seen_with_learner ON learner_file FOR SELECT USING (${within})`);
    await runner.query(`CREATE POLICY learner_file_changed_with_learner ON learner_file FOR UPDATE USING (${within})`);
    await runner.query(
      `CREATE POLICY learner_file_begun_with_learner ON learner_file FOR INSERT WITH CHECK (${within})`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE learner_file');
  }
}

/** R-REG-32: who is protected is found and read with a special scope alone. */
async function protection(runner: QueryRunner): Promise<void> {
  await runner.query('ALTER TABLE learner ADD protection_category text');
  await runner.query(
    `INSERT INTO policy_parameter (code, valid_from, value, legal_basis)
     VALUES ('reg.protected.categories', '2000-01-01', '["ADOPTION", "WITNESS_PROTECTION"]', 'R-REG-32')`,
  );
}
