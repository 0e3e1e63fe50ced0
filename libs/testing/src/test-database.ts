import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import type { ServiceDefinition } from '@meistras/platform/bootstrap/service-definition';
import type { ServiceConfig } from '@meistras/platform/config/config';
import { migrationsOf } from '@meistras/platform/database/data-source';
import { migrate } from '@meistras/platform/database/migrate';
import { databaseUrls, provisionDatabase } from '@meistras/platform/database/provision';
import type { ProvisionedDatabase } from '@meistras/platform/database/provision';

const password = 'test';

/** The superuser's URL of the cluster that tools/test.mjs started. */
export function adminUrl(): string {
  const url = process.env['MEISTRAS_TEST_POSTGRES'];
  if (!url) throw new Error('MEISTRAS_TEST_POSTGRES is not set: run the tests with `npm test`.');
  return url;
}

export async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>, database?: string): Promise<T> {
  const url = new URL(adminUrl());
  if (database !== undefined) url.pathname = `/${database}`;
  const admin = new pg.Client({ connectionString: url.toString() });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

export interface TestDatabase extends ProvisionedDatabase {
  name: string;
  drop(): Promise<void>;
}

/** An empty database with the two roles of a service, not migrated. */
export async function createDatabase(role: string): Promise<TestDatabase> {
  const name = `t_${role}_${randomBytes(5).toString('hex')}`;
  const urls = await provisionDatabase(adminUrl(), name, role, password);
  return {
    ...urls,
    name,
    drop: () => drop(name),
  };
}

/** A database of the service as it is after its migrations: cloned from a template made by the first spec that asks. */
export async function cloneDatabase(service: ServiceDefinition, config: ServiceConfig): Promise<TestDatabase> {
  const role = service.name.replaceAll('-', '_');
  const template = `tpl_${role}_${digestOf(service)}`;
  const name = `t_${role}_${randomBytes(5).toString('hex')}`;
  await asAdmin(async (admin) => {
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const found = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate', [template]);
    if (found.rowCount === 0) {
      await admin.query(`DROP DATABASE IF EXISTS ${template}`);
      const urls = await provisionDatabase(adminUrl(), template, role, password);
      await migrate(service, Object.assign(config, urls));
      await admin.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
    }
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} OWNER ${role}_migrator`);
    await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
    await admin.query(`GRANT CONNECT ON DATABASE ${name} TO ${role}_app`);
  });
  return {
    ...databaseUrls(adminUrl(), name, role, password),
    name,
    drop: () => drop(name),
  };
}

async function drop(name: string): Promise<void> {
  await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
}

function digestOf(service: ServiceDefinition): string {
  const hash = createHash('sha256');
  for (const migration of migrationsOf(service)) hash.update(migration.toString());
  hash.update(service.seed?.digest ?? '');
  return hash.digest('hex').slice(0, 12);
}
