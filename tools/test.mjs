// `npm test [jest arguments]`: installs what is missing, starts a PostgreSQL and a Kafka of its own, runs Jest, and stops
// what it started. Kafka needs Java and Maven; where they are missing its tests are left out, unless CI=true.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installMissing } from './install.mjs';

const root = join(import.meta.dirname, '..');
installMissing();
const { build } = await import('./build.mjs');
const { ensurePostgres, stopPostgres, ToolError } = await import('./postgres.mjs');
const { ensureKafka, stopKafka } = await import('./kafka.mjs');

const postgresDir = join(root, '.meistras/test-postgres');
const kafkaDir = join(root, '.meistras/test-kafka');

async function startPostgres() {
  const unsafe = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' };
  // Copying the template for a spec writes no log of it.
  const settings = { ...unsafe, wal_level: 'minimal', max_wal_senders: 0, wal_compression: 'off' };
  const { superuser, password, host, port, started } = await ensurePostgres({ dataDir: postgresDir, settings });
  return { started, url: `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/postgres` };
}

async function startKafka() {
  try {
    return await ensureKafka({ dataDir: kafkaDir });
  } catch (error) {
    if (!(error instanceof ToolError) || process.env.CI === 'true') throw error;
    console.log(`Left out: everything on Kafka. ${error.message}`);
    return undefined;
  }
}

try {
  if (process.env.MEISTRAS_SKIP_BUILD !== '1') await build();
  const [postgres, kafka] = await Promise.all([startPostgres(), startKafka()]);
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--enable-source-maps', '--no-warnings'];
  const { status } = spawnSync(process.execPath, [...flags, jest, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      MEISTRAS_TEST_POSTGRES: postgres.url,
      ...(kafka ? { MEISTRAS_TEST_KAFKA: kafka.brokers.join(',') } : {}),
    },
  });
  if (kafka?.started) await stopKafka(kafkaDir);
  if (postgres.started) await stopPostgres(postgresDir);
  process.exitCode = status ?? 1;
} catch (error) {
  console.error(error instanceof ToolError ? error.message : error);
  process.exitCode = 1;
}
