// `npm test [jest arguments]`: installs what is missing, starts a PostgreSQL of its own (kept between runs), runs Jest.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installMissing } from './install.mjs';

const root = join(import.meta.dirname, '..');
installMissing();
const { ensurePostgres, ToolError } = await import('./postgres.mjs');

try {
  const postgres = await ensurePostgres({
    dataDir: join(root, '.meistras/test-postgres'),
    settings: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
  });
  const { superuser, password, host, port } = postgres;
  const url = `postgres://${superuser}:${encodeURIComponent(password)}@${host}:${port}/postgres`;
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const { status } = spawnSync(process.execPath, [...flags, jest, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MEISTRAS_TEST_POSTGRES: url },
  });
  process.exitCode = status ?? 1;
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
