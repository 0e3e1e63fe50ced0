import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nearly every name of a new learner is known: it is looked for whole, before it is taken to parts. */
export class KnowNamesSooner1760001900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX learner_name_whole ON learner_name (kind, name_key)');
    // A subquery of one row, so that it is always asked of the index: the function is planned when the table is empty.
    await runner.query(`
      CREATE OR REPLACE FUNCTION learner_names_known() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        INSERT INTO learner_name (kind, part, name_key)
        SELECT DISTINCT n.kind, p.part, n.name_key
        FROM (SELECT 'FAMILY' AS kind, family_name_key AS name_key FROM stored
              UNION SELECT 'GIVEN', given_name_key FROM stored) n,
          regexp_split_to_table(n.name_key, '[ -]+') AS p (part)
        WHERE (SELECT true FROM learner_name k WHERE k.kind = n.kind AND k.name_key = n.name_key LIMIT 1) IS NULL
          AND p.part <> ''
        ORDER BY 1, 2, 3
        ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE OR REPLACE FUNCTION learner_names_known() RETURNS trigger LANGUAGE plpgsql AS $$
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
    await runner.query('DROP INDEX learner_name_whole');
  }
}
