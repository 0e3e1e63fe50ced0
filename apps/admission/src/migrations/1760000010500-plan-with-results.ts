import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow, appRole } from '@meistras/platform/database/migrate';

/**
 * A run stores a country's result at once: whoever asks for it in the next second is to be planned for what is there, so
 * the run gathers the statistics itself.
 */
export class PlanWithResults1760000010500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await allow(runner, 'placement, run_limit, quarantined_application', 'MAINTAIN');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `REVOKE MAINTAIN ON placement, run_limit, quarantined_application FROM ${await appRole(runner)}`,
    );
  }
}
