// Registers the first clients from a JSON array on standard input; may run before the service or beside it.
import { text } from 'node:stream/consumers';
import { createService } from '@meistras/platform/bootstrap/bootstrap';
import { loadConfig } from '@meistras/platform/config/config';
import { migrate } from '@meistras/platform/database/migrate';
import { features } from './app.module.js';
import { ClientSeed } from './clients/client-seed.service.js';
import { identity } from './data-source.js';
import { IdentityConfig } from './identity.config.js';

const config = loadConfig(IdentityConfig, process.env);
const list: unknown = JSON.parse(await text(process.stdin));
await migrate(identity, config);
const app = await createService(identity, features, config);
try {
  for (const [clientId, seeded] of await app.get(ClientSeed, { strict: false }).plant(list))
    process.stdout.write(`${clientId} ${seeded}\n`);
} finally {
  await app.close();
}
