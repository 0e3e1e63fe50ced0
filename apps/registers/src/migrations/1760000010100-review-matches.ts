import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** Entries that may be of one person are reviewed, merged by a registrar, and taken apart again (R-REG-28, R-REG-29). */
export class ReviewMatches1760000010100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE match_review (
        id uuid NOT NULL,
        version integer NOT NULL,
        learner_id uuid NOT NULL,
        other_id uuid NOT NULL,
        similarity double precision,
        grounds jsonb NOT NULL,
        state text NOT NULL,
        opened_at timestamptz NOT NULL,
        opened_by text,
        decided_at timestamptz,
        decided_by text,
        reason text,
        survivor_id uuid,
        code_moved boolean NOT NULL,
        CONSTRAINT match_review_pk PRIMARY KEY (id),
        CONSTRAINT match_review_pair UNIQUE (learner_id, other_id),
        CONSTRAINT match_review_order CHECK (learner_id < other_id),
        CONSTRAINT match_review_state CHECK (state IN ('OPEN', 'SAME_PERSON', 'DIFFERENT'))
      )`);
    await runner.query('CREATE INDEX match_review_in_state ON match_review (state, id)');
    await allow(runner, 'match_review', 'SELECT, INSERT, UPDATE');
    await redirects(runner);
    await daysToMatch(runner);
    for (const [code, value, unit] of [
      ['reg.dedupe.threshold', 0.92, 'similarity of names'],
      ['reg.dedupe.otherFamilyName', true, null],
    ])
      await runner.query(
        `INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
         VALUES ($1, '2000-01-01', $2, $3, 'R-REG-29; the number is an assumption, no act says one')`,
        [code, JSON.stringify(value), unit],
      );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE match_day, learner_redirect, match_review');
  }
}

/** Ids alone: whoever reaches a learner that was merged reaches the one that was kept. */
async function redirects(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE learner_redirect (
      learner_id uuid NOT NULL,
      merged_into_id uuid NOT NULL,
      survivor_id uuid NOT NULL,
      institution_id uuid,
      review_id uuid NOT NULL,
      merged_at timestamptz NOT NULL,
      CONSTRAINT learner_redirect_pk PRIMARY KEY (learner_id)
    )`);
  await runner.query('CREATE INDEX learner_redirect_to ON learner_redirect (survivor_id)');
  await allow(runner, 'learner_redirect', 'SELECT, INSERT, UPDATE, DELETE');
}

/** Birth dates of learners that were registered or changed and are not yet compared. Noted by the database itself. */
async function daysToMatch(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE match_day (
      id bigint GENERATED ALWAYS AS IDENTITY,
      birth_on date NOT NULL,
      CONSTRAINT match_day_pk PRIMARY KEY (id)
    )`);
  await runner.query('CREATE INDEX match_day_of_birth ON match_day (birth_on)');
  await allow(runner, 'match_day', 'SELECT, INSERT, DELETE');
  await runner.query(`
    CREATE FUNCTION learner_to_be_matched() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO match_day (birth_on) SELECT DISTINCT birth_on FROM stored;
      RETURN NULL;
    END $$`);
  for (const [when, event] of [
    ['registered', 'INSERT'],
    ['changed', 'UPDATE'],
  ])
    await runner.query(`
      CREATE TRIGGER learner_matched_${when} AFTER ${event} ON learner REFERENCING NEW TABLE AS stored
      FOR EACH STATEMENT EXECUTE FUNCTION learner_to_be_matched()`);
  await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
  await runner.query('INSERT INTO match_day (birth_on) SELECT DISTINCT birth_on FROM learner');
}
