// `npm run check`: everything but the tests: format, lint, types and build, architecture, generated documents, OpenAPI,
// entities against migrations. Stops at nothing; says at the end what failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { installMissing } from './install.mjs';

const root = join(import.meta.dirname, '..');
const bin = (name, script) => [process.execPath, join(root, 'node_modules', name, script)];
const tool = (name, ...args) => [process.execPath, join(root, 'tools', name), ...args];

/** In order: what later ones need comes first. */
export const checks = [
  ['format', [...bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  ['build and types', tool('build.mjs')],
  ['types of specs', [...bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json', '--noEmit']],
  [
    'lint',
    [...bin('eslint', 'bin/eslint.js'), '--max-warnings=0', '--cache', '--cache-location=.meistras/eslint', '.'],
  ],
  ['architecture', tool('architecture.mjs')],
  ['generated documents', tool('generate.mjs', '--check')],
  [
    'OpenAPI',
    [...bin('@redocly/cli', 'bin/cli.js'), 'lint', '--config=tools/redocly.yaml', 'docs/openapi/meistras.json'],
  ],
  ['entities and migrations', tool('schema.mjs')],
];

export function runChecks() {
  const failed = [];
  for (const [name, [command, ...args]] of checks) {
    const started = Date.now();
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env });
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'}  ${name}  ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (status !== 0) failed.push(name);
  }
  return failed;
}

if (process.argv[1] === import.meta.filename) {
  installMissing();
  process.exit(runChecks().length === 0 ? 0 : 1);
}
