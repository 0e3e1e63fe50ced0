import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow, appRole } from './migrate.js';

/** The tables that the platform keeps in every service's database: outbox, inbox, parked events, idempotency, imports. */
export class PlatformTables1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC`);
    await runner.query(`GRANT USAGE ON SCHEMA public TO ${await appRole(runner)}`);
    await outboxTables(runner);
    await inboxTables(runner);
    await requestTables(runner);
    await importTables(runner);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The platform tables are never dropped.'));
  }
}

async function outboxTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE outbox (
      xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
      id bigint GENERATED ALWAYS AS IDENTITY,
      event_id uuid NOT NULL,
      type text NOT NULL,
      topic text NOT NULL,
      key text NOT NULL,
      version integer NOT NULL,
      payload jsonb NOT NULL,
      traceparent text,
      occurred_at timestamptz NOT NULL,
      CONSTRAINT outbox_pk PRIMARY KEY (xid, id),
      CONSTRAINT outbox_aggregate_version UNIQUE (topic, key, version)
    )`);
  await runner.query(`CREATE INDEX outbox_topic ON outbox (topic, xid, id)`);
  await runner.query(`
    CREATE TABLE outbox_cursor (
      singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
      xid xid8 NOT NULL,
      id bigint NOT NULL
    )`);
  await runner.query(`INSERT INTO outbox_cursor (xid, id) VALUES ('0', 0)`);
  await allow(runner, 'outbox', 'SELECT, INSERT');
  await allow(runner, 'outbox_cursor', 'SELECT, UPDATE');
}

async function inboxTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE inbox (
      topic text NOT NULL,
      key text NOT NULL,
      version integer NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT inbox_pk PRIMARY KEY (topic, key)
    )`);
  await runner.query(`
    CREATE TABLE parked_event (
      id uuid NOT NULL,
      topic text NOT NULL,
      key text NOT NULL,
      version integer NOT NULL,
      type text NOT NULL,
      event jsonb NOT NULL,
      error text NOT NULL,
      attempts integer NOT NULL,
      parked_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT parked_event_pk PRIMARY KEY (id)
    )`);
  await runner.query(`CREATE INDEX parked_event_key ON parked_event (topic, key, version)`);
  await allow(runner, 'inbox', 'SELECT, INSERT, UPDATE');
  await allow(runner, 'parked_event', 'SELECT, INSERT, UPDATE, DELETE');
}

async function requestTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE idempotency_key (
      client_id text NOT NULL,
      key text NOT NULL,
      fingerprint text NOT NULL,
      status smallint NOT NULL,
      body json,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT idempotency_key_pk PRIMARY KEY (client_id, key)
    )`);
  await allow(runner, 'idempotency_key', 'SELECT, INSERT');
}

async function importTables(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE import_job (
      id uuid NOT NULL,
      kind text NOT NULL,
      mode text NOT NULL,
      atomicity text NOT NULL,
      format text NOT NULL,
      client_id text NOT NULL,
      actor jsonb NOT NULL,
      state text NOT NULL,
      total integer NOT NULL DEFAULT 0,
      done integer NOT NULL DEFAULT 0,
      created integer NOT NULL DEFAULT 0,
      updated integer NOT NULL DEFAULT 0,
      unchanged integer NOT NULL DEFAULT 0,
      failed integer NOT NULL DEFAULT 0,
      error text,
      created_at timestamptz NOT NULL DEFAULT now(),
      started_at timestamptz,
      finished_at timestamptz,
      CONSTRAINT import_job_pk PRIMARY KEY (id)
    )`);
  await runner.query(`
    CREATE TABLE import_row (
      job_id uuid NOT NULL REFERENCES import_job (id) ON DELETE CASCADE,
      line integer NOT NULL,
      row jsonb,
      faults jsonb,
      outcome text,
      CONSTRAINT import_row_pk PRIMARY KEY (job_id, line)
    )`);
  await runner.query(`CREATE INDEX import_row_pending ON import_row (job_id, line) WHERE outcome IS NULL`);
  await allow(runner, 'import_job', 'SELECT, INSERT, UPDATE');
  await allow(runner, 'import_row', 'SELECT, INSERT, UPDATE, DELETE');
}
