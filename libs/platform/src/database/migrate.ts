import { Logger } from '@nestjs/common';
import type { QueryRunner } from 'typeorm';
import type { ServiceDefinition } from '../bootstrap/service-definition.js';
import type { ServiceConfig } from '../config/config.js';
import { migratorDataSource } from './data-source.js';

/** One lock for all migrators of a database: of ten pods that start together one migrates, the others wait. */
const migrationLock = 4_815_162_342n;

/** Brings the database to the newest schema and its reference data up to date. Safe to call from many processes at once. */
export async function migrate(service: ServiceDefinition, config: ServiceConfig): Promise<void> {
  const dataSource = await migratorDataSource(service, config).initialize();
  const lockHolder = dataSource.createQueryRunner();
  try {
    await lockHolder.query('SELECT pg_advisory_lock($1)', [migrationLock.toString()]);
    const done = await dataSource.runMigrations();
    for (const migration of done) new Logger('Migrate').log(`${service.name}: ${migration.name}`);
    await service.seed?.run(lockHolder);
  } finally {
    await lockHolder.release();
    await dataSource.destroy();
  }
}

/**
 * Lets the `app` role do what the service does, and nothing else. Called by the migration that creates the table;
 * a table that is never changed by the service gets no UPDATE, a journal gets no DELETE.
 */
export async function allow(runner: QueryRunner, table: string, privileges: string): Promise<void> {
  await runner.query(`GRANT ${privileges} ON ${table} TO ${await appRole(runner)}`);
}

/** By convention the owner is `<service>_migrator` and the application `<service>_app`. */
export async function appRole(runner: QueryRunner): Promise<string> {
  const [row] = (await runner.query('SELECT current_user AS owner')) as [{ owner: string }];
  return `"${row.owner.replace(/_migrator$/, '_app')}"`;
}
