import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The unique index knows live invitations alone; whoever asks for all of an application read the whole table. */
export class FindInvitationsOfApplication1760000010600 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX invitation_of_application ON invitation (application_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX invitation_of_application');
  }
}
