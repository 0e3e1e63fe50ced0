import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateClassifier1760000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE classifier (
        code text NOT NULL,
        name_lt text,
        name_en text NOT NULL,
        purpose text NOT NULL,
        kind text NOT NULL,
        author text NOT NULL,
        CONSTRAINT classifier_pk PRIMARY KEY (code),
        CONSTRAINT classifier_code_shape CHECK (code ~ '^KL_[A-Z0-9_]+$')
      )`);
    await runner.query(`
      CREATE TABLE classifier_item (
        classifier_code text NOT NULL,
        code text NOT NULL,
        ordinal integer NOT NULL,
        parent_code text,
        name_lt text,
        name_en text,
        description text,
        valid_from date,
        valid_to date,
        replaced_by text,
        CONSTRAINT classifier_item_pk PRIMARY KEY (classifier_code, code),
        CONSTRAINT classifier_item_classifier FOREIGN KEY (classifier_code) REFERENCES classifier (code)
      )`);
    // Code lists come with the release (classifiers.seed.ts); the service only reads them.
    await allow(runner, 'classifier', 'SELECT');
    await allow(runner, 'classifier_item', 'SELECT');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE classifier_item, classifier');
  }
}
