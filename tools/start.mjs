// `npm start`: from a fresh clone to the running platform. Ctrl-C stops everything.
import { join } from 'node:path';
import { installMissing } from './install.mjs';

const root = join(import.meta.dirname, '..');
const dir = join(root, '.meistras');
const port = Number(process.env.MEISTRAS_PORT ?? 8080);
const bus = process.env.MEISTRAS_BUS ?? 'postgres';

function fail(message) {
  console.error(message);
  process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);
if (!Number.isInteger(port) || port < 1 || port > 65535)
  fail(`MEISTRAS_PORT must be a port number, not ${process.env.MEISTRAS_PORT}.`);
if (bus !== 'postgres' && bus !== 'kafka') fail(`MEISTRAS_BUS must be postgres or kafka, not ${bus}.`);

const started = Date.now();
installMissing();
const { ToolError } = await import('./processes.mjs');
const { build } = await import('./build.mjs');
const { startPlatform } = await import('./platform.mjs');

let platform;
let stopping = false;
async function stop() {
  if (stopping) return;
  stopping = true;
  console.log('\nStopping …');
  await platform?.stop();
  console.log('Stopped.');
  process.exit(0);
}
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

try {
  console.log('Building …');
  await build();
  platform = await startPlatform({ dir, port, bus, say: (line) => console.log(line) });
  console.log(`
Meistras is ready after ${((Date.now() - started) / 1000).toFixed(1)} s, on the ${bus} bus.

  API and documentation   ${platform.url}/docs
  OpenAPI document        ${platform.url}/openapi.json
  Clients with secrets    .meistras/clients.json  (${platform.clients.map((client) => client.clientId).join(', ')})
  Logs                    .meistras/logs/

Try \`npm run demo\` in another terminal. Ctrl-C stops everything.`);
} catch (error) {
  if (stopping) process.exit(0);
  fail(error instanceof ToolError || error.message.endsWith('type errors') ? error.message : error);
}
