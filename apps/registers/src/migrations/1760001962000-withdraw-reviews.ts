import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow, appRole } from '@meistras/platform/database/migrate';

/** Whether somebody who is erased is the same person as another one is no question any more. */
export class WithdrawReviews1760001962000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, 'match_review', 'DELETE');
    await runner.query(
      'CREATE POLICY match_review_withdrawn ON match_review FOR DELETE USING (meistras_reaches_all())',
    );
    await runner.query('CREATE INDEX match_review_of_other ON match_review (other_id)');
    await runner.query(`SELECT set_config('meistras.reach', '*', true)`);
    await runner.query(`
      DELETE FROM match_review r USING (
        SELECT id FROM learner WHERE state = 'ERASED' UNION ALL SELECT id FROM staff_member WHERE state = 'ERASED') gone
      WHERE r.state = 'OPEN' AND gone.id IN (r.learner_id, r.other_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX match_review_of_other');
    await runner.query('DROP POLICY match_review_withdrawn ON match_review');
    await runner.query(`REVOKE DELETE ON match_review FROM ${await appRole(runner)}`);
  }
}
