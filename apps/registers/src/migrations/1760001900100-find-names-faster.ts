import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Names like a word, as before, but fewer are looked at. Of a word of n letters of which two stand in each other's place
 * (n - 3) / (n + 5) of the trigrams are the same, and of any other single mistake more: a long word needs no name that is
 * less like it. A name is compared when the index has found it, once.
 */
export class FindNamesFaster1760001900100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await knowTrigrams(runner);
    await runner.query('DROP FUNCTION learner_names_like(text, integer)');
    // The setting of the function's own ends with it, and whatever was set within it.
    await runner.query(`
      CREATE FUNCTION learner_names_like(word text, most integer)
      RETURNS TABLE (kind text, name_key text, likeness real) VOLATILE LANGUAGE plpgsql
      SET pg_trgm.similarity_threshold = 0.25 AS $$
      #variable_conflict use_column
      DECLARE
        letters real := length(word);
      BEGIN
        PERFORM set_config('pg_trgm.similarity_threshold',
          greatest(0.25, least(0.45, (letters - 3) / (letters + 5) - 0.02))::text, true);
        RETURN QUERY
          SELECT n.kind, n.name_key, max(n.likeness)::real AS likeness FROM (
            SELECT k.kind, k.name_key, similarity(k.part, word) AS likeness FROM learner_name k WHERE k.part % word
            UNION ALL
            SELECT k.kind, k.name_key, CASE WHEN k.part = word THEN 1 ELSE 0.8 END
            FROM learner_name k WHERE k.part LIKE word || '%') n
          GROUP BY n.kind, n.name_key ORDER BY likeness DESC, n.name_key LIMIT most;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await knowTrigrams(runner);
    await runner.query('DROP FUNCTION learner_names_like(text, integer)');
    await runner.query(`
      CREATE FUNCTION learner_names_like(word text, most integer)
      RETURNS TABLE (kind text, name_key text, likeness real) STABLE PARALLEL SAFE LANGUAGE sql
      SET pg_trgm.similarity_threshold = 0.25 AS $$
        SELECT k.kind, k.name_key,
          greatest(similarity(k.part, word), CASE WHEN starts_with(k.part, word) THEN 0.8 ELSE 0 END)::real AS likeness
        FROM learner_name k WHERE k.part % word OR k.part LIKE word || '%'
        ORDER BY likeness DESC, k.name_key LIMIT most
      $$`);
  }
}

/** A session knows the settings of pg_trgm once it has used it; before, only a superuser may name them in a function. */
async function knowTrigrams(runner: QueryRunner): Promise<void> {
  await runner.query(`SELECT similarity('', '')`);
}
