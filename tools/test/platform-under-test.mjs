// A whole platform for a spec: its own directory, every service as a process; and what a spec wants to know of it.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../processes.mjs';
import { serviceNames, startPlatform } from '../platform.mjs';
import { statusKafka, stopKafka } from '../kafka.mjs';
import { postgresDataDir, statusPostgres, stopPostgres } from '../postgres.mjs';

const root = join(import.meta.dirname, '../..');
const unlimited = '1000000';

/** Buses to test on: Kafka where tools/test.mjs found a broker to be had. */
export const buses = ['postgres', ...(process.env.MEISTRAS_TEST_KAFKA ? ['kafka'] : [])];

/** Types of events that a service consumes, as its consumers say it. */
async function typesHeardBy(service) {
  if (!heardBy.has(service)) heardBy.set(service, await consumedTypesOf(service));
  return heardBy.get(service);
}

const heardBy = new Map();

async function consumedTypesOf(service) {
  const dir = join(root, 'apps', service, 'dist');
  const consumers = readdirSync(dir, { recursive: true }).filter((file) => file.endsWith('.consumer.js'));
  const types = new Set();
  for (const file of consumers) {
    const source = readFileSync(join(dir, file), 'utf8');
    for (const [, classes, module] of source.matchAll(/import \{([^}]+)\} from '@meistras\/contracts\/([^']+)'/g)) {
      const events = await import(`../../libs/contracts/dist/${module}.js`);
      for (const name of classes.split(',').map((each) => each.trim())) {
        if (source.includes(`Consumes(${name})`)) types.add(events[name].type);
      }
    }
  }
  return types;
}

/** Tables that are other a moment later whether or not anything happened: tokens that expire, how far a watch has looked. */
const movedByTheClock = new Set(['oidc_payload', 'migrations', 'access_watch']);

export class PlatformUnderTest {
  constructor(name, bus) {
    this.bus = bus;
    this.dir = join(root, `.meistras/test-${name}-${bus}`);
  }

  async start(environment = {}) {
    await this.wipe();
    this.platform = await startPlatform({
      dir: this.dir,
      port: await freePort(),
      bus: this.bus,
      // The file system outlives a killed process, so nothing is proved by waiting for the disk.
      settings: { fsync: 'off' },
      environment: {
        LOG_LEVEL: 'warn',
        RATE_LIMIT_PER_SECOND: unlimited,
        RATE_LIMIT_BURST: unlimited,
        RATE_LIMIT_BULK_PER_SECOND: unlimited,
        RATE_LIMIT_BULK_BURST: unlimited,
        RATE_LIMIT_ANONYMOUS_PER_SECOND: unlimited,
        RATE_LIMIT_ANONYMOUS_BURST: unlimited,
        ...environment,
      },
    });
  }

  async stop() {
    await this.platform?.stop();
    await this.wipe();
  }

  async wipe() {
    const data = join(this.dir, 'postgres');
    await stopPostgres(data);
    await stopKafka(join(this.dir, 'kafka-broker'));
    rmSync(postgresDataDir(data), { recursive: true, force: true });
    rmSync(this.dir, { recursive: true, force: true });
  }

  service(name) {
    return this.platform.services.find((each) => each.name === name);
  }

  /** Rows of a query on a service's database, as its owner. */
  query(service, sql, values = []) {
    return this.look(service, (rows) => rows(sql, values));
  }

  /** Looks into a service's database on one connection: `work` gets a function that answers the rows of a query. */
  async look(service, work) {
    const client = await this.connect(service);
    try {
      return await work(async (sql, values = []) => (await client.query(sql, values)).rows);
    } finally {
      await client.end();
    }
  }

  async connect(service) {
    const connectionString = this.platform.postgres.databases[service].MIGRATOR_DATABASE_URL;
    // Row-level security binds the owner too.
    const client = new pg.Client({ connectionString, options: '-c meistras.reach=*' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Runs the demonstration, small; resolves with its exit code and output. */
  demo({ applicants, rows, patienceSeconds = 120 }) {
    const env = {
      ...process.env,
      MEISTRAS_URL: this.platform.url,
      MEISTRAS_CLIENTS: join(this.dir, 'clients.json'),
      MEISTRAS_DEMO_APPLICANTS: String(applicants),
      MEISTRAS_DEMO_ROWS: String(rows),
      MEISTRAS_DEMO_PATIENCE_SECONDS: String(patienceSeconds),
    };
    const child = spawn(process.execPath, [join(root, 'tools/demo.mjs')], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    return new Promise((resolve) => child.once('exit', (code) => resolve({ code, output })));
  }

  /** The postmaster at this moment; another one after a crash. */
  postgresPid() {
    return statusPostgres(join(this.dir, 'postgres')).pid;
  }

  kafkaPid() {
    return statusKafka(join(this.dir, 'kafka-broker')).pid;
  }

  async asAdmin(sql) {
    const { superuser, password, host, port } = this.platform.postgres;
    const client = new pg.Client({ host, port, user: superuser, password, database: 'postgres' });
    await client.connect();
    await client.query(sql);
    await client.end();
  }

  /** Lets a service read every topic from the beginning, and waits until it has. `between` runs while it is stopped. */
  async replay(name, between = () => Promise.resolve()) {
    const service = this.service(name);
    const topics = (await this.query(name, 'SELECT DISTINCT topic FROM inbox')).map(({ topic }) => topic);
    await service.stop();
    await between();
    service.what.env.BUS_REWIND = 'true';
    service.restart();
    await service.ready();
    service.what.env.BUS_REWIND = 'false';
    while ((await this.lag(name, topics)) > 0) await delay(200);
  }

  /** kill -9 of a service, as an operator's worst day would; its supervisor starts it again. */
  kill(name) {
    const pid =
      { postgres: () => this.postgresPid(), kafka: () => this.kafkaPid() }[name]?.() ?? this.service(name).pid;
    process.kill(pid, 'SIGKILL');
  }

  /** Waits until every process says that it works. */
  async ready() {
    await Promise.all(this.platform.services.map((service) => service.ready()));
  }

  /** What each consumer has applied of each aggregate, against what its owner announced of the types that it hears. */
  async lostOrUnknown() {
    const differences = [];
    const announced = await this.ofEach(
      'SELECT topic, key, type, max(version) AS version FROM outbox GROUP BY 1, 2, 3',
    );
    const inboxes = await this.ofEach('SELECT topic, key, version FROM inbox');
    for (const [at, name] of serviceNames.entries()) {
      const heard = await typesHeardBy(name);
      const newest = new Map();
      for (const { topic, key, version } of announced.flat().filter((row) => heard.has(row.type))) {
        newest.set(`${topic} ${key}`, Math.max(version, newest.get(`${topic} ${key}`) ?? 0));
      }
      const applied = new Map(inboxes[at].map(({ topic, key, version }) => [`${topic} ${key}`, version]));
      for (const [aggregate, version] of newest) {
        if (applied.get(aggregate) !== version)
          differences.push(`${name}: ${aggregate} is at ${applied.get(aggregate)}, not ${version}`);
      }
    }
    return differences;
  }

  /** Rows of a query on every service's database, in the order of their names. */
  ofEach(sql) {
    return Promise.all(serviceNames.map((name) => this.query(name, sql)));
  }

  /** The same once everything has arrived, or what is still missing when patience ends. */
  async settled(patienceMs = 60_000) {
    for (const end = Date.now() + patienceMs; ; await delay(250)) {
      const differences = await this.lostOrUnknown();
      if (differences.length === 0 || Date.now() > end) return differences;
    }
  }

  /** What the services logged as errors, for the report of a spec that fails. */
  errors() {
    const files = readdirSync(join(this.dir, 'logs'));
    return files.flatMap((file) => {
      const lines = readFileSync(join(this.dir, 'logs', file), 'utf8').split('\n');
      return lines.filter((line) => line.includes('"level":50')).slice(-3);
    });
  }

  /** Events that a service refused. */
  async parked() {
    return (await this.ofEach('SELECT type, error FROM parked_event')).flat();
  }

  /** One digest per service over every row of every table, but for the moments at which events were applied. */
  async stateHashes() {
    const digests = serviceNames.map((name) => this.look(name, (rows) => this.digestsOf(rows)));
    const hashes = await Promise.all(digests);
    return Object.fromEntries(serviceNames.map((name, at) => [name, hashes[at]]));
  }

  async digestsOf(rows) {
    const tables = await rows(`SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`);
    const digests = [];
    for (const { tablename } of tables.filter(({ tablename: table }) => !movedByTheClock.has(table))) {
      const columns = tablename === 'inbox' ? 'topic, key, version' : '*';
      const [row] = await rows(
        `SELECT md5(coalesce(string_agg(md5(r::text), '' ORDER BY md5(r::text)), '')) AS digest FROM (SELECT ${columns} FROM "${tablename}") r`,
      );
      digests.push(`${tablename} ${row.digest}`);
    }
    return digests;
  }

  /** How many events of these topics a consumer group has still to read. */
  lag(group, topics) {
    return this.bus === 'postgres' ? this.postgresLag(group, topics) : this.kafkaLag(group, topics);
  }

  async postgresLag(group, topics) {
    const [row] = await this.query(
      'bus',
      `SELECT count(*)::int AS lag FROM bus_event e
       LEFT JOIN bus_offset o ON o.consumer_group = $1 AND o.topic = e.topic AND o.partition = e.partition
       WHERE e.topic = ANY($2) AND e.id > coalesce(o.id, 0)`,
      [group, topics],
    );
    return row.lag;
  }

  async kafkaLag(group, topics) {
    const { kafkaClient } = await import('../../libs/platform/dist/bus/kafka.bus.js');
    const admin = kafkaClient(this.platform.kafka.brokers.join(','), 'lag').admin();
    await admin.connect();
    try {
      let lag = 0;
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group, topics })) {
        for (const { partition, high, low } of await admin.fetchTopicOffsets(topic)) {
          const offset = Number(partitions.find((each) => each.partition === partition)?.offset ?? -1);
          lag += Number(high) - Math.max(Number(low), offset);
        }
      }
      return lag;
    } finally {
      await admin.disconnect();
    }
  }
}
