// Proves that the entities of every service are what its migrations make: on a fresh database TypeORM must find nothing to
// change. Also proves that migrations run from nothing, each in a session of its own.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource } from 'typeorm';
import { ensurePostgres, stopPostgres } from './postgres.mjs';

const root = join(import.meta.dirname, '..');
const dataDir = join(root, '.meistras/test-postgres');

/** Service name → its ServiceDefinition, as each exports it from data-source.ts. */
async function definitions() {
  const { serviceNames } = await import('./platform.mjs');
  return Promise.all(
    serviceNames.map(async (name) => {
      const module = await import(pathToFileURL(join(root, `apps/${name}/dist/data-source.js`)).href);
      return Object.values(module).find((each) => each?.name === name && Array.isArray(each.migrations));
    }),
  );
}

async function differences(service, admin, provisionDatabase, migrationsOf) {
  const role = service.name.replaceAll('-', '_');
  const database = `schema_${role}_${process.pid}`;
  const { MIGRATOR_DATABASE_URL: url } = await provisionDatabase(admin, database, role, 'test');
  const migrations = migrationsOf(service);
  const open = (entities, most) =>
    new DataSource({
      type: 'postgres',
      url,
      entities,
      migrations: migrations.slice(0, most),
      migrationsTransactionMode: 'each',
      uuidExtension: 'pgcrypto',
      installExtensions: false,
    }).initialize();
  // An upgrade begins with a session that has seen none of the migrations before it.
  for (let most = 1; most <= migrations.length; most += 1) {
    const upgrade = await open([], most);
    await upgrade.runMigrations().finally(() => upgrade.destroy());
  }
  const dataSource = await open(service.entities, migrations.length);
  try {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  } finally {
    await dataSource.destroy();
    const cleaner = await new DataSource({ type: 'postgres', url: admin }).initialize();
    await cleaner.query(`DROP DATABASE ${database} WITH (FORCE)`);
    await cleaner.destroy();
  }
}

const { provisionDatabase } = await import('../libs/platform/dist/database/provision.js');
const { migrationsOf } = await import('../libs/platform/dist/database/data-source.js');
const postgres = await ensurePostgres({
  dataDir,
  settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
});
const admin = `postgres://${postgres.superuser}:${encodeURIComponent(postgres.password)}@${postgres.host}:${postgres.port}/postgres`;
let faults = 0;
for (const service of await definitions()) {
  for (const query of await differences(service, admin, provisionDatabase, migrationsOf)) {
    faults += 1;
    console.error(`${service.name}: entities and migrations differ: ${query}`);
  }
}
if (postgres.started) await stopPostgres(dataDir);
console.log(faults === 0 ? 'schema: entities are what the migrations make' : `schema: ${faults} differences`);
process.exit(faults === 0 ? 0 : 1);
