import type { MigrationInterface, QueryRunner } from 'typeorm';
import { allow } from '@meistras/platform/database/migrate';

export class CreateClientsAndKeys1760000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE client (
        id text NOT NULL,
        version integer NOT NULL,
        name text NOT NULL,
        scopes text[] NOT NULL,
        "national" boolean NOT NULL,
        institutions uuid[] NOT NULL,
        auth_method text NOT NULL,
        state text NOT NULL,
        registered_at timestamptz NOT NULL,
        revoked_at timestamptz,
        tokens_not_before timestamptz,
        CONSTRAINT client_pk PRIMARY KEY (id),
        CONSTRAINT client_revoked_has_instant CHECK ((state = 'REVOKED') = (revoked_at IS NOT NULL))
      )`);
    await runner.query(`CREATE INDEX client_tokens_not_before ON client (tokens_not_before)`);
    await runner.query(`
      CREATE TABLE client_key (
        id uuid NOT NULL,
        client_id text NOT NULL,
        secret_hash text,
        jwk jsonb,
        created_at timestamptz NOT NULL,
        removed_at timestamptz,
        CONSTRAINT client_key_pk PRIMARY KEY (id),
        CONSTRAINT client_key_client FOREIGN KEY (client_id) REFERENCES client (id),
        CONSTRAINT client_key_has_one_kind CHECK ((secret_hash IS NULL) <> (jwk IS NULL))
      )`);
    await runner.query(`CREATE INDEX client_key_client_id ON client_key (client_id)`);
    await runner.query(`
      CREATE TABLE signing_key (
        kid text NOT NULL,
        sealed_jwk text NOT NULL,
        created_at timestamptz NOT NULL,
        signs_from timestamptz NOT NULL,
        CONSTRAINT signing_key_pk PRIMARY KEY (kid)
      )`);
    await runner.query(`
      CREATE TABLE oidc_payload (
        model text NOT NULL,
        id text NOT NULL,
        payload jsonb NOT NULL,
        expires_at timestamptz,
        CONSTRAINT oidc_payload_pk PRIMARY KEY (model, id)
      )`);
    await runner.query(`CREATE INDEX oidc_payload_expires_at ON oidc_payload (expires_at)`);
    await allow(runner, 'client', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'client_key', 'SELECT, INSERT, UPDATE');
    await allow(runner, 'signing_key', 'SELECT, INSERT, DELETE');
    await allow(runner, 'oidc_payload', 'SELECT, INSERT, UPDATE, DELETE');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE oidc_payload, signing_key, client_key, client');
  }
}
