import { DataSource } from 'typeorm';
import type { MigrationInterface } from 'typeorm';
import type { ServiceDefinition } from '../bootstrap/service-definition.js';
import type { ServiceConfig } from '../config/config.js';
import { ImportSlices1760000000100 } from './import-slices.migration.js';
import { PlatformTables1760000000000 } from './platform-tables.migration.js';

/** Migrations of a service: the platform's tables first, then its own. */
export function migrationsOf(service: ServiceDefinition): (new () => MigrationInterface)[] {
  return [PlatformTables1760000000000, ImportSlices1760000000100, ...service.migrations];
}

interface PoolSettings {
  statement_timeout: number;
  lock_timeout: number;
  idle_in_transaction_session_timeout: number;
  connectionTimeoutMillis: number;
  keepAlive: boolean;
}

/** Timeouts of every connection that answers requests. */
export function poolSettingsOf(config: ServiceConfig): PoolSettings {
  return {
    statement_timeout: config.STATEMENT_TIMEOUT_MS,
    lock_timeout: 5_000,
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  };
}

/** The service's DataSource as the `app` role: a bounded pool with timeouts, never synchronised from entities. */
export function appDataSource(service: ServiceDefinition, config: ServiceConfig): DataSource {
  return new DataSource({
    type: 'postgres',
    url: config.DATABASE_URL,
    applicationName: service.name,
    entities: service.entities,
    synchronize: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: config.DATABASE_POOL_SIZE,
    extra: poolSettingsOf(config),
  });
}

/** The same database as its owner, for migrations. */
export function migratorDataSource(service: ServiceDefinition, config: ServiceConfig): DataSource {
  return new DataSource({
    type: 'postgres',
    url: config.MIGRATOR_DATABASE_URL,
    applicationName: `${service.name}-migrate`,
    entities: service.entities,
    migrations: migrationsOf(service),
    migrationsTransactionMode: 'each',
    synchronize: false,
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    poolSize: 2,
  });
}
