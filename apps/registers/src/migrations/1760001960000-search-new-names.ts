import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Names that came lately wait in a list that every search reads from end to end: after the first import of a country, 4 MB for
 * each. It is kept to eight pages.
 */
export class SearchNewNames1760001960000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER INDEX learner_name_part SET (gin_pending_list_limit = 64)');
    await runner.query(`SELECT gin_clean_pending_list('learner_name_part')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER INDEX learner_name_part RESET (gin_pending_list_limit)');
  }
}
