import type { QueryRunner } from 'typeorm';
import { allow } from '../database/migrate.js';

/** Makes the tables of `WebhooksModule` in a service's database. */
export async function createWebhooks(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE webhook (
      id uuid NOT NULL,
      client_id text NOT NULL,
      url text NOT NULL,
      topics text[] NOT NULL,
      institutions uuid[],
      created_at timestamptz NOT NULL,
      xid xid8 NOT NULL,
      outbox_id bigint NOT NULL,
      failures integer NOT NULL DEFAULT 0,
      failing_since timestamptz,
      next_attempt_at timestamptz NOT NULL,
      parked_at timestamptz,
      CONSTRAINT webhook_pk PRIMARY KEY (id)
    )`);
  await runner.query('CREATE INDEX webhook_of_client ON webhook (client_id, id)');
  await runner.query(`
    CREATE TABLE webhook_delivery (
      webhook_id uuid NOT NULL,
      id uuid NOT NULL DEFAULT uuidv7(),
      message_id uuid NOT NULL,
      type text NOT NULL,
      attempted_at timestamptz NOT NULL,
      status integer,
      error text,
      ms integer NOT NULL,
      CONSTRAINT webhook_delivery_pk PRIMARY KEY (webhook_id, id),
      CONSTRAINT webhook_delivery_webhook FOREIGN KEY (webhook_id) REFERENCES webhook (id) ON DELETE CASCADE
    )`);
  await runner.query('CREATE INDEX webhook_delivery_at ON webhook_delivery (attempted_at)');
  await allow(runner, 'webhook', 'SELECT, INSERT, UPDATE, DELETE');
  await allow(runner, 'webhook_delivery', 'SELECT, INSERT, DELETE');
}
