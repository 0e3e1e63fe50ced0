import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What was loaded so far becomes version 1 of each list, published and in force ever since. */
export class VersionClassifier1760000008000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Lets a gist index compare the code beside the period.
    await runner.query('CREATE EXTENSION IF NOT EXISTS btree_gist');
    await runner.query(`
      ALTER TABLE classifier
        ADD COLUMN id uuid, ADD COLUMN version integer, ADD COLUMN name_vi text, ADD COLUMN act text,
        ADD COLUMN parent_classifier text, ADD COLUMN origin text, ADD COLUMN recorded_at timestamptz`);
    await runner.query('ALTER TABLE classifier RENAME COLUMN kind TO type');
    await runner.query('ALTER TABLE classifier RENAME CONSTRAINT classifier_pk TO classifier_code_taken');
    await runner.query(`UPDATE classifier SET id = uuidv7(), version = 1, origin = 'RELEASE', recorded_at = now()`);
    await runner.query(`
      ALTER TABLE classifier
        ALTER COLUMN id SET NOT NULL, ALTER COLUMN version SET NOT NULL, ALTER COLUMN origin SET NOT NULL,
        ALTER COLUMN recorded_at SET NOT NULL, ADD CONSTRAINT classifier_id_taken UNIQUE (id)`);
    await runner.query(`
      CREATE TABLE classifier_version (
        classifier_code text NOT NULL,
        number integer NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        valid_from date,
        valid_to date,
        act text,
        origin text NOT NULL,
        recorded_at timestamptz NOT NULL,
        published_at timestamptz,
        CONSTRAINT classifier_version_pk PRIMARY KEY (classifier_code, number),
        CONSTRAINT classifier_version_classifier FOREIGN KEY (classifier_code) REFERENCES classifier (code),
        CONSTRAINT classifier_version_number CHECK (number >= 1),
        CONSTRAINT classifier_version_state CHECK (state IN ('DRAFT', 'PUBLISHED')),
        CONSTRAINT classifier_version_period CHECK (valid_from < valid_to),
        CONSTRAINT classifier_version_overlap EXCLUDE USING gist
          (classifier_code WITH =, daterange(valid_from, valid_to) WITH &&) WHERE (state = 'PUBLISHED')
      )`);
    await runner.query(`
      INSERT INTO classifier_version (classifier_code, number, version, state, origin, recorded_at, published_at)
      SELECT code, 1, 1, 'PUBLISHED', 'RELEASE', now(), now() FROM classifier`);
    await this.versionItems(runner);
    await this.guard(runner);
    await allow(runner, 'classifier', 'INSERT, UPDATE');
    await allow(runner, 'classifier_version', 'SELECT, INSERT, UPDATE');
    // DELETE is for drafts; the trigger keeps published items.
    await allow(runner, 'classifier_item', 'INSERT, UPDATE, DELETE');
  }

  private async versionItems(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE classifier_item
        ADD COLUMN number integer, ADD COLUMN name_vi text, ADD COLUMN description_lt text,
        ADD COLUMN description_vi text, ADD COLUMN search_key text, ADD COLUMN origin text`);
    await runner.query('ALTER TABLE classifier_item RENAME COLUMN description TO description_en');
    await runner.query(`
      UPDATE classifier_item SET number = 1, origin = 'RELEASE',
        search_key = lower(concat_ws(' ', code, name_lt, name_en))`);
    await runner.query(`
      ALTER TABLE classifier_item
        ALTER COLUMN number SET NOT NULL, ALTER COLUMN search_key SET NOT NULL, ALTER COLUMN origin SET NOT NULL,
        DROP CONSTRAINT classifier_item_classifier, DROP CONSTRAINT classifier_item_pk,
        ADD CONSTRAINT classifier_item_pk PRIMARY KEY (classifier_code, code, number),
        ADD CONSTRAINT classifier_item_version FOREIGN KEY (classifier_code, number)
          REFERENCES classifier_version (classifier_code, number),
        ADD CONSTRAINT classifier_item_period CHECK (valid_from < valid_to)`);
  }

  /** What has been published stays, whoever asks (R-REG-25). */
  private async guard(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION keep_published_classifier_item() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF EXISTS (SELECT FROM classifier_version v WHERE v.classifier_code = OLD.classifier_code
                   AND v.number = OLD.number AND v.state = 'PUBLISHED') THEN
          RAISE 'An item of a published version is never deleted.'
            USING ERRCODE = '23503', CONSTRAINT = 'classifier_item_published';
        END IF;
        RETURN OLD;
      END $$`);
    await runner.query(`
      CREATE TRIGGER classifier_item_published BEFORE DELETE ON classifier_item
        FOR EACH ROW EXECUTE FUNCTION keep_published_classifier_item()`);
    await runner.query(`
      CREATE FUNCTION keep_classifier_version_published() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE 'A published version never returns to draft.'
          USING ERRCODE = '23503', CONSTRAINT = 'classifier_version_published';
      END $$`);
    await runner.query(`
      CREATE TRIGGER classifier_version_published BEFORE UPDATE ON classifier_version
        FOR EACH ROW WHEN (OLD.state = 'PUBLISHED' AND NEW.state <> 'PUBLISHED')
        EXECUTE FUNCTION keep_classifier_version_published()`);
  }

  /** Goes back to one list without versions: those after the first are lost. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER classifier_item_published ON classifier_item');
    await runner.query('DELETE FROM classifier_item WHERE number > 1');
    await runner.query(`
      ALTER TABLE classifier_item
        DROP CONSTRAINT classifier_item_version, DROP CONSTRAINT classifier_item_pk,
        DROP CONSTRAINT classifier_item_period,
        ADD CONSTRAINT classifier_item_pk PRIMARY KEY (classifier_code, code),
        ADD CONSTRAINT classifier_item_classifier FOREIGN KEY (classifier_code) REFERENCES classifier (code),
        DROP COLUMN number, DROP COLUMN name_vi, DROP COLUMN description_lt, DROP COLUMN description_vi,
        DROP COLUMN search_key, DROP COLUMN origin`);
    await runner.query('ALTER TABLE classifier_item RENAME COLUMN description_en TO description');
    await runner.query('DROP TABLE classifier_version');
    await runner.query('DROP FUNCTION keep_published_classifier_item, keep_classifier_version_published');
    await runner.query('ALTER TABLE classifier RENAME COLUMN type TO kind');
    await runner.query('ALTER TABLE classifier RENAME CONSTRAINT classifier_code_taken TO classifier_pk');
    await runner.query(`
      ALTER TABLE classifier DROP CONSTRAINT classifier_id_taken, DROP COLUMN id, DROP COLUMN version,
        DROP COLUMN name_vi, DROP COLUMN act, DROP COLUMN parent_classifier, DROP COLUMN origin, DROP COLUMN recorded_at`);
  }
}
