import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For statistics by municipality; filled as institutions are announced, or by a replay of their topic. */
export class KnowMunicipalities1760000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE known_institution ADD municipality_code text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE known_institution DROP municipality_code');
  }
}
