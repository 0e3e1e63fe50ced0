// `npm run clean`: stops what runs and removes everything that was built, installed for running or stored.
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stopKafka } from './kafka.mjs';
import { postgresDataDir, stopPostgres } from './postgres.mjs';

const root = join(import.meta.dirname, '..');
const dir = join(root, '.meistras');

for (const name of ['postgres', 'test-postgres', 'fuzz/postgres', 'bench/postgres']) {
  await stopPostgres(join(dir, name));
  const real = dirname(postgresDataDir(join(dir, name)));
  if (!real.startsWith(dir)) rmSync(real, { recursive: true, force: true });
}
for (const name of ['kafka-broker', 'test-kafka']) await stopKafka(join(dir, name));
rmSync(dir, { recursive: true, force: true });
for (const group of ['apps', 'libs']) {
  for (const name of readdirSync(join(root, group)))
    for (const made of ['dist', 'bundle']) rmSync(join(root, group, name, made), { recursive: true, force: true });
}
console.log('Clean.');
