// `node tools/fuzz.mjs [--client demo-school-a] [--examples 50] [--operation getLearner]`: starts a platform of its own with two
// schools and one of everything, and lets Schemathesis send it what its OpenAPI document allows and what it does not.
// A finding is a 5xx, a status, header or media type that the document does not name, or an answer that breaks its schema;
// then it exits 1. The report lies in .meistras/fuzz/report.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { settings, withExamples } from './fuzz/material.mjs';
import { startPlatform } from './platform.mjs';
import { freePort } from './processes.mjs';
import { postgresDataDir, stopPostgres } from './postgres.mjs';
import { views as viewsOf } from './test/access-objects.mjs';
import { twoSchools } from './test/two-schools.mjs';

const root = join(import.meta.dirname, '..');
const dir = join(root, '.meistras/fuzz');
const unlimited = '1000000';
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

const { values: options } = parseArgs({
  options: {
    client: { type: 'string', default: 'demo-school-a' },
    examples: { type: 'string', default: '50' },
    operation: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string' },
  },
});

const limits = ['', 'BULK_', 'ANONYMOUS_'].flatMap((lane) => [
  [`RATE_LIMIT_${lane}PER_SECOND`, unlimited],
  [`RATE_LIMIT_${lane}BURST`, unlimited],
]);

async function wipe() {
  const data = join(dir, 'postgres');
  await stopPostgres(data);
  rmSync(postgresDataDir(data), { recursive: true, force: true });
  rmSync(dir, { recursive: true, force: true });
}

/** Writes the document with examples and the settings; returns what the fuzzer is started with. */
async function prepare({ url, clients }) {
  const views = await viewsOf(await twoSchools({ url, clients }));
  const document = await (await fetch(`${url}/openapi.json`)).json();
  writeFileSync(join(dir, 'openapi.json'), JSON.stringify(withExamples(document, views[0])));
  writeFileSync(join(dir, 'settings.toml'), settings(document, views));
  return [
    ...['--config-file', join(dir, 'settings.toml'), 'run', join(dir, 'openapi.json'), '--url', url],
    ...['--checks', checks.join(','), '--phases', 'examples,coverage,fuzzing,stateful', '--continue-on-failure'],
    ...['--max-examples', options.examples, '--suppress-health-check', 'all', '--generation-database', 'none'],
    ...['--report', 'ndjson', '--report-dir', join(dir, 'report'), '--warnings', 'off'],
    ...options.operation.flatMap((id) => ['--include-operation-id', id]),
    ...(options.seed === undefined ? [] : ['--seed', options.seed]),
  ];
}

function fuzz(args, { url, clients }) {
  const { clientId, clientSecret } = clients.find((client) => client.clientId === options.client);
  const env = {
    ...process.env,
    MEISTRAS_URL: url,
    MEISTRAS_CLIENT_ID: clientId,
    MEISTRAS_CLIENT_SECRET: clientSecret,
    SCHEMATHESIS_HOOKS: 'meistras_fuzz',
    PYTHONPATH: join(root, 'tools/fuzz'),
    PYTHONDONTWRITEBYTECODE: '1',
  };
  // Ctrl-C is the fuzzer's: it ends, and the platform is stopped after it.
  process.on('SIGINT', () => undefined);
  const child = spawn('schemathesis', args, { env, cwd: dir, stdio: 'inherit' });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

if (spawnSync('schemathesis', ['--version']).status !== 0) {
  console.error('Schemathesis 4 is needed on PATH: run `pip install schemathesis`.');
  process.exit(1);
}
await build();
if (existsSync(dir)) await wipe();
const environment = { LOG_LEVEL: 'warn', ...Object.fromEntries(limits) };
const platform = await startPlatform({ dir, port: await freePort(), environment });
try {
  if (!platform.clients.some(({ clientId }) => clientId === options.client))
    throw new Error(`--client must be one of ${platform.clients.map(({ clientId }) => clientId).join(', ')}.`);
  process.exitCode = await fuzz(await prepare(platform), platform);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await platform.stop();
}
