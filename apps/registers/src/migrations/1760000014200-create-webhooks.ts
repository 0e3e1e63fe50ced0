import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createWebhooks } from '@meistras/platform/webhooks/webhooks.table';

export class CreateWebhooks1760000014200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createWebhooks(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_delivery, webhook');
  }
}
