import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Learners become register entries like all others: with two times (R-REG-26, R-REG-27), found by any spelling of a name. */
export class GiveLearnersTwoTimes1760000010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await learnerFacts(runner);
    await guardedPeriods(runner);
    await learnerNames(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE learner_name');
  }
}

/** Letters that Unicode does not decompose stay as they are here; what is stored anew is folded by the service. */
const folded = (column: string): string =>
  `lower(regexp_replace(normalize(${column}, NFD), '[\\u0300-\\u036f]', '', 'g'))`;

async function learnerFacts(runner: QueryRunner): Promise<void> {
  await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
  await runner.query(`
    ALTER TABLE learner
      ADD state text, ADD valid_from date, ADD valid_to date, ADD provider text, ADD legal_basis text, ADD reason text,
      ADD given_name_key text, ADD possibly_foreign boolean, ADD origin text, ADD settlement_type text`);
  await runner.query(`
    UPDATE learner SET state = 'REGISTERED', valid_from = (recorded_at AT TIME ZONE 'Europe/Vilnius')::date, provider = 'unknown',
      given_name_key = ${folded('given_name')}, possibly_foreign = personal_code_index IS NULL`);
  await runner.query(`
    ALTER TABLE learner
      ALTER state SET NOT NULL, ALTER valid_from SET NOT NULL, ALTER provider SET NOT NULL,
      ALTER given_name_key SET NOT NULL, ALTER possibly_foreign SET NOT NULL`);
  await runner.query('DROP INDEX learner_family_name');
  await runner.query(
    'CREATE INDEX learner_name_key ON learner (family_name_key text_pattern_ops, given_name_key text_pattern_ops, id)',
  );
  await runner.query('CREATE INDEX learner_given_name ON learner (given_name_key text_pattern_ops, id)');
  await runner.query('CREATE INDEX learner_born ON learner (birth_on)');
}

/** What held of a person is seen by whom the person is seen by. */
async function guardedPeriods(runner: QueryRunner): Promise<void> {
  await runner.query('ALTER TABLE register_period ADD subject_id uuid');
  const within = 'subject_id IS NULL OR EXISTS (SELECT 1 FROM learner l WHERE l.id = subject_id)';
  await runner.query('ALTER TABLE register_period ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY');
  await runner.query(`CREATE POLICY register_period_seen_within_reach ON register_period FOR SELECT USING (${within})`);
  await runner.query(
    `CREATE POLICY register_period_changed_within_reach ON register_period FOR UPDATE USING (${within})`,
  );
  await runner.query('CREATE POLICY register_period_begun ON register_period FOR INSERT WITH CHECK (true)');
}

/**
 * Every part of every name that a learner has, once: a search finds the names that a word may mean here, by trigrams, and
 * then the learners of those names by an index. Trigrams of a million learners would cost ten times as much to ask.
 */
async function learnerNames(runner: QueryRunner): Promise<void> {
  await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  await runner.query(`
    CREATE TABLE learner_name (
      kind text NOT NULL,
      part text NOT NULL,
      name_key text NOT NULL,
      CONSTRAINT learner_name_pk PRIMARY KEY (kind, part, name_key),
      CONSTRAINT learner_name_kind CHECK (kind IN ('GIVEN', 'FAMILY'))
    )`);
  await runner.query('CREATE INDEX learner_name_part ON learner_name USING gin (part gin_trgm_ops)');
  await allow(runner, 'learner_name', 'SELECT, INSERT');
  // Two letters in each other's place leave little more than a quarter of a short name's trigrams. A beginning is as good
  // as a likeness of 0.8.
  await runner.query(`
    CREATE FUNCTION learner_names_like(word text, most integer)
    RETURNS TABLE (kind text, name_key text, likeness real) STABLE PARALLEL SAFE LANGUAGE sql
    SET pg_trgm.similarity_threshold = 0.25 AS $$
      SELECT k.kind, k.name_key,
        greatest(similarity(k.part, word), CASE WHEN starts_with(k.part, word) THEN 0.8 ELSE 0 END)::real AS likeness
      FROM learner_name k WHERE k.part % word OR k.part LIKE word || '%'
      ORDER BY likeness DESC, k.name_key LIMIT most
    $$`);
  await runner.query(`
    CREATE FUNCTION learner_names_known() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO learner_name (kind, part, name_key)
      SELECT DISTINCT n.kind, p.part, n.name_key
      FROM (SELECT 'FAMILY' AS kind, family_name_key AS name_key FROM stored
            UNION SELECT 'GIVEN', given_name_key FROM stored) n,
        regexp_split_to_table(n.name_key, '[ -]+') AS p (part)
      WHERE p.part <> '' AND NOT EXISTS (
        SELECT 1 FROM learner_name k WHERE k.kind = n.kind AND k.part = p.part AND k.name_key = n.name_key)
      ORDER BY 1, 2, 3
      ON CONFLICT DO NOTHING;
      RETURN NULL;
    END $$`);
  for (const [when, event] of [
    ['registered', 'INSERT'],
    ['changed', 'UPDATE'],
  ])
    await runner.query(`
      CREATE TRIGGER learner_names_${when} AFTER ${event} ON learner REFERENCING NEW TABLE AS stored
      FOR EACH STATEMENT EXECUTE FUNCTION learner_names_known()`);
  await runner.query('UPDATE learner SET version = version');
}
