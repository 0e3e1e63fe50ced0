import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

/** What was once answered or refused holds names: it is kept for a time, and the key of a request for good. */
export class ForgetAnswers1760001952000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, 'idempotency_key', 'UPDATE (body)');
    // Rows lie in the order of their making, and every creating request adds one: nothing costs less to keep.
    await runner.query('CREATE INDEX idempotency_key_created ON idempotency_key USING brin (created_at)');
    await runner.query(`
      INSERT INTO policy_parameter (code, valid_from, value, unit, legal_basis)
      VALUES ('reg.retention.answers', '2000-01-01', '30', 'days',
        'data are kept no longer than they are needed (GDPR, article 5(1)(e)); the number is an assumption, no act says one')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX idempotency_key_created');
    await runner.query(`DELETE FROM policy_parameter WHERE code = 'reg.retention.answers'`);
  }
}
