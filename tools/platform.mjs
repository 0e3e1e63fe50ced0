/**
 * The whole platform on one machine, for trying it, developing and tests: a PostgreSQL of its own, the bus, every service
 * as its own process, the gateway in front. Everything it keeps lies in one directory.
 *
 *   startPlatform({ dir, port, bus, say }) → { url, clients, services, postgres, kafka, stop() }
 *
 * The processes are supervised: one that dies is started again, PostgreSQL and Kafka included.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { ensureKafka, stopKafka } from './kafka.mjs';
import { ensurePostgres, stopPostgres, statusPostgres } from './postgres.mjs';
import { freePort, ToolError } from './processes.mjs';
import { SupervisedProcess } from './supervisor.mjs';

const root = join(import.meta.dirname, '..');
const host = '127.0.0.1';
const watchMs = 500;

/** Services with a database, in the order in which they are started. */
export const serviceNames = [
  'identity',
  'registers',
  'accreditation',
  'admission',
  'learning-records',
  'finance',
  'monitoring',
];

const variable = (name) => `${name.toUpperCase().replaceAll('-', '_')}_URL`;
const databaseOf = (name) => name.replaceAll('-', '_');

const clientNames = ['gateway', 'demo-ministry', 'demo-school-a', 'demo-school-b', 'demo-municipality'];

/** Flags of Node that a service asks for in its package.json; the image reads them there too. */
export function nodeFlagsOf(name) {
  const { config } = JSON.parse(readFileSync(join(root, `apps/${name}/package.json`), 'utf8'));
  return (config?.nodeFlags ?? '--max-semi-space-size=16').split(' ');
}

/** Keys and passwords of this installation, made once and kept readable by its owner alone. */
function secretsIn(dir) {
  const file = join(dir, 'secrets.json');
  const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const key = () => randomBytes(32).toString('base64');
  const password = () => randomBytes(24).toString('base64url');
  const secrets = {
    databasePassword: password(),
    KEY_ENCRYPTION_KEY: key(),
    PERSONAL_CODE_KEY: key(),
    PERSONAL_CODE_INDEX_KEY: key(),
    CREDENTIAL_SIGNING_KEY: JSON.stringify(
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    ),
    ARTEFACT_SIGNING_KEY: JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
    ...kept,
    clients: { ...Object.fromEntries(clientNames.map((name) => [name, password()])), ...kept.clients },
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

async function provision(postgres, secrets) {
  const { provisionDatabase } = await import('../libs/platform/dist/database/provision.js');
  const admin = `postgres://${postgres.superuser}:${encodeURIComponent(postgres.password)}@${host}:${postgres.port}/postgres`;
  const databases = {};
  for (const name of [...serviceNames, 'bus']) {
    databases[name] = await provisionDatabase(admin, databaseOf(name), databaseOf(name), secrets.databasePassword);
  }
  return databases;
}

async function startBus(bus, dir, databases) {
  if (bus === 'postgres') {
    const { createPostgresTopics } = await import('../libs/platform/dist/bus/postgres.bus.js');
    await createPostgresTopics(databases.bus.MIGRATOR_DATABASE_URL, 'bus_app');
    return { environment: { BUS: 'postgres', BUS_DATABASE_URL: databases.bus.DATABASE_URL } };
  }
  const { createKafkaTopics } = await import('../libs/platform/dist/bus/kafka.bus.js');
  const own = process.env.KAFKA_BROKERS
    ? undefined
    : await ensureKafka({ dataDir: join(dir, 'kafka-broker'), port: await freePort() });
  const brokers = process.env.KAFKA_BROKERS ?? own.brokers.join(',');
  await createKafkaTopics(brokers, own ? 1 : Number(process.env.KAFKA_REPLICATION_FACTOR ?? 1));
  return { environment: { BUS: 'kafka', KAFKA_BROKERS: brokers }, own };
}

/** The services' processes with their environments, the gateway last. */
async function processesOf({ dir, port, secrets, databases, busEnvironment, environment }) {
  const ports = Object.fromEntries(await Promise.all(serviceNames.map(async (name) => [name, await freePort()])));
  ports.gateway = port;
  const urls = Object.fromEntries(Object.entries(ports).map(([name, each]) => [name, `http://${host}:${each}`]));
  const common = {
    ...process.env,
    NODE_ENV: 'production',
    HOST: host,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
    AUTH_ISSUER: urls.gateway,
    AUTH_JWKS_URL: `${urls.identity}/oauth/jwks`,
    ...environment,
  };
  const { KEY_ENCRYPTION_KEY, PERSONAL_CODE_KEY, PERSONAL_CODE_INDEX_KEY } = secrets;
  const { CREDENTIAL_SIGNING_KEY, ARTEFACT_SIGNING_KEY } = secrets;
  const own = {
    identity: { KEY_ENCRYPTION_KEY },
    registers: { PERSONAL_CODE_KEY, PERSONAL_CODE_INDEX_KEY },
    // For demonstrations and tests: a year passes in minutes.
    admission: { ARTEFACT_SIGNING_KEY, SIMULATED_CLOCK: 'on' },
    'learning-records': { CREDENTIAL_SIGNING_KEY, CREDENTIAL_ISSUER: `${urls.gateway}/learning-records/v1` },
  };
  const process_ = (name, env) =>
    new SupervisedProcess({
      name,
      script: join(root, `apps/${name}/dist/main.js`),
      url: urls[name],
      logFile: join(dir, `logs/${name}.log`),
      env: { ...common, PORT: String(ports[name]), ...env },
      nodeFlags: nodeFlagsOf(name),
    });
  const services = serviceNames.map((name) => process_(name, { ...databases[name], ...busEnvironment, ...own[name] }));
  const upstreams = Object.fromEntries(serviceNames.map((name) => [variable(name), urls[name]]));
  const gateway = process_('gateway', {
    ...upstreams,
    SERVICE_CLIENT_ID: 'gateway',
    SERVICE_CLIENT_SECRET: secrets.clients.gateway,
  });
  return [...services, gateway];
}

/** Starts PostgreSQL and Kafka again when they die: the services wait for them and go on. */
function watchServers({ dir, postgres, settings, kafka }) {
  let busy = false;
  return setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      if (!statusPostgres(join(dir, 'postgres')).running)
        await ensurePostgres({ dataDir: join(dir, 'postgres'), port: postgres.port, settings });
      if (kafka) await ensureKafka({ dataDir: join(dir, 'kafka-broker'), port: kafka.port });
    } catch {
      // Tried again at the next look.
    } finally {
      busy = false;
    }
  }, watchMs);
}

const withoutName = (client) => ({ ...client, name: undefined });

/**
 * @param {{ dir: string, port: number, bus?: 'postgres' | 'kafka', say?: (line: string) => void,
 *   settings?: Record<string, string>, environment?: Record<string, string> }} options
 */
export async function startPlatform({
  dir,
  port,
  bus = 'postgres',
  say = () => undefined,
  settings = {},
  environment = {},
}) {
  if (!(await isFree(port)))
    throw new ToolError(`Port ${port} is in use: stop what uses it, or set MEISTRAS_PORT to another one.`);
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const secrets = secretsIn(dir);
  say('Starting PostgreSQL …');
  const postgres = await ensurePostgres({ dataDir: join(dir, 'postgres'), settings });
  const databases = await provision(postgres, secrets);
  say(bus === 'kafka' ? 'Starting Kafka …' : 'Creating topics …');
  const { environment: busEnvironment, own: kafka } = await startBus(bus, dir, databases);
  const services = await processesOf({ dir, port, secrets, databases, busEnvironment, environment });
  const stop = async () => {
    clearInterval(watcher);
    await Promise.all(services.map((service) => service.stop()));
    if (kafka) await stopKafka(join(dir, 'kafka-broker'));
    await stopPostgres(join(dir, 'postgres'));
  };
  const watcher = watchServers({ dir, postgres, settings, kafka });
  const readiness = async (service) => {
    await service.ready();
    say(`  ${service.name} is ready`);
  };
  try {
    say('Starting services …');
    for (const service of services) service.start();
    const gateway = services.at(-1);
    await Promise.all(services.filter((service) => service !== gateway).map(readiness));
    // The gateway is ready when the issuer knows it as a client.
    const { seedFirstClients, seedRegions } = await import('./seed.mjs');
    const identityEnvironment = services[0].what.env;
    const ministry = await seedFirstClients(secrets, identityEnvironment);
    await readiness(gateway);
    const url = `http://${host}:${port}`;
    const clients = [ministry, ...(await seedRegions({ url, secrets, ministry, identityEnvironment }))];
    writeFileSync(join(dir, 'clients.json'), `${JSON.stringify(clients.map(withoutName), null, 2)}\n`, { mode: 0o600 });
    return { url, clients, services, postgres: { ...postgres, databases }, kafka, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
