// Admission as a process of its own on a PostgreSQL of its own, without the rest of the platform: for what kills it, and for
// what measures it. Its callers have tokens of an issuer made for the occasion.
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import pg from 'pg';
import { nodeFlagsOf } from './platform.mjs';
import { ensurePostgres, postgresDataDir, statusPostgres, stopPostgres } from './postgres.mjs';
import { freePort, isAlive } from './processes.mjs';
import { SupervisedProcess } from './supervisor.mjs';

const root = join(import.meta.dirname, '..');
const issuer = 'http://issuer.local';
const scopes = [
  ...['runs:read', 'runs:decide', 'trial-runs:write', 'campaigns:read', 'offerings:read'],
  ...['applications:read', 'applications:write', 'invitations:read'],
].map((each) => `admission.${each}`);

export class AdmissionAlone {
  /** @param {string} name of its directory below .meistras */
  constructor(name, { settings = {}, environment = {} } = {}) {
    this.dir = join(root, '.meistras', name);
    this.settings = settings;
    this.environment = environment;
  }

  async start() {
    await this.wipe();
    mkdirSync(this.dir, { recursive: true });
    const postgres = await this.startPostgres();
    const admin = (database) =>
      `postgres://${postgres.superuser}:${encodeURIComponent(postgres.password)}@${postgres.host}:${postgres.port}/${database}`;
    this.port = postgres.port;
    this.postgresPid = postgres.pid;
    this.superuserUrl = admin('admission');
    const { provisionDatabase } = await import('../libs/platform/dist/database/provision.js');
    const { createPostgresTopics } = await import('../libs/platform/dist/bus/postgres.bus.js');
    const admission = await provisionDatabase(admin('postgres'), 'admission', 'admission', 'alone');
    const bus = await provisionDatabase(admin('postgres'), 'bus', 'bus', 'alone');
    await createPostgresTopics(bus.MIGRATOR_DATABASE_URL, 'bus_app');
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'alone', alg: 'ES256', use: 'sig' };
    this.privateKey = privateKey;
    this.token = await this.tokenOf({ national: true });
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.service = new SupervisedProcess({
      ...{ name: 'admission', script: join(root, 'apps/admission/dist/main.js') },
      ...{ url: this.url, logFile: join(this.dir, 'admission.log'), nodeFlags: nodeFlagsOf('admission') },
      env: {
        ...process.env,
        ...admission,
        ...{ NODE_ENV: 'production', PORT: String(port), LOG_LEVEL: 'warn', AUTH_ISSUER: issuer },
        ...{ AUTH_JWKS: JSON.stringify({ keys: [jwk] }), BUS: 'postgres', BUS_DATABASE_URL: bus.DATABASE_URL },
        ARTEFACT_SIGNING_KEY: JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
        ...this.environment,
      },
    });
    this.service.start();
    await this.service.ready();
  }

  /** Starts PostgreSQL, again where it was. */
  startPostgres() {
    const port = this.port === undefined ? {} : { port: this.port };
    return ensurePostgres({ dataDir: join(this.dir, 'postgres'), settings: this.settings, ...port });
  }

  /** Kills the process of the service, which its supervisor starts again. */
  killService() {
    process.kill(this.service.pid, 'SIGKILL');
  }

  /** Stops PostgreSQL at once, without a checkpoint, and starts it again: as after a fall it recovers from its log. */
  async crashPostgres() {
    const { pid } = statusPostgres(join(this.dir, 'postgres'));
    process.kill(pid, 'SIGQUIT');
    while (isAlive(pid)) await delay(20);
    await this.startPostgres();
  }

  /** A token with all scopes that says this besides: a client that acts nationally, or one with the learner whom it names. */
  tokenOf(claims) {
    return new SignJWT({ client_id: 'alone', scope: scopes.join(' '), institutions: [], ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'alone' })
      .setIssuer(issuer)
      .setAudience('urn:meistras:api')
      .setSubject('alone')
      .setIssuedAt()
      .setExpirationTime('2h')
      .sign(this.privateKey);
  }

  /** A superuser's connection. */
  async connect() {
    const client = new pg.Client({ connectionString: this.superuserUrl });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async call(method, path, key, body) {
    const headers = { authorization: `Bearer ${this.token}`, 'idempotency-key': key ?? `alone-${path}` };
    const sent = body && { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${this.url}/admission/v1${path}`, { method, headers, ...sent });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async stop() {
    await this.service?.stop();
    await this.wipe();
  }

  async wipe() {
    await stopPostgres(join(this.dir, 'postgres'));
    rmSync(postgresDataDir(join(this.dir, 'postgres')), { recursive: true, force: true });
    rmSync(this.dir, { recursive: true, force: true });
  }
}
