/**
 * An Apache Kafka broker of one's own (one node, KRaft) for development, demo and tests, without Docker.
 *
 *   ensureKafka({ dataDir, port?, controllerPort? }) → { brokers, port, pid, started, dataDir, logFile }
 *   stopKafka(dataDir) → boolean (true: it was running)
 *   statusKafka(dataDir) → { running, pid, brokers, dataDir, logFile }
 *   node tools/kafka.mjs start|stop|status [--data DIR] [--port N]
 *
 * Needs Java 17 or newer and, the first time, Maven, which brings the jars named in tools/kafka/pom.xml; afterwards it starts
 * without a network. The broker is a detached process that outlives its starter; a second call finds it and returns it with
 * the port it already has. Without a port (or with 0) free ones are taken. Beside the data directory lie `<dataDir>.log`,
 * `<dataDir>.out` (what the Java machine itself says) and `<dataDir>.lock`. Topics are never created by mere use, and are kept
 * for ever unless they say otherwise.
 *
 * A failure that a person can act on is a ToolError, whose message is one sentence.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as machine from './processes.mjs';
import { HOST, ToolError } from './processes.mjs';

export { ToolError };

const HERE = fileURLToPath(new URL('./kafka/', import.meta.url));
const CACHE = fileURLToPath(new URL('../.meistras/kafka/', import.meta.url));
const OLDEST_JAVA = 17;
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 30_000;
const HEAP = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-Djava.awt.headless=true'];

/** @param {{ dataDir: string, port?: number, controllerPort?: number }} options */
export async function ensureKafka({ dataDir: wanted, port = 0, controllerPort = 0 }) {
  const dataDir = locate(wanted);
  machine.makeWritable(dataDir);
  return machine.withLock(`${dataDir}.lock`, async () => {
    const found = readBroker(dataDir);
    if (found && (await isReady(found.port, () => !readBroker(dataDir)))) return describe(dataDir, found, false);
    return describe(dataDir, await start(dataDir, port, controllerPort), true);
  });
}

/** @param {string} wanted */
export async function stopKafka(wanted) {
  const dataDir = locate(wanted);
  if (!readBroker(dataDir)) return false;
  return machine.withLock(`${dataDir}.lock`, async () => {
    const running = readBroker(dataDir);
    if (!running) return false;
    const ended = () => !machine.belongsTo(running.pid, dataDir, 'java');
    for (const name of ['SIGTERM', 'SIGKILL']) {
      machine.signal(running.pid, name);
      if (await machine.until(ended, STOP_TIMEOUT_MS)) return true;
    }
    throw new ToolError(`Kafka (process ${running.pid}) did not stop within a minute.`);
  });
}

/** @param {string} wanted */
export function statusKafka(wanted) {
  const dataDir = locate(wanted);
  const running = readBroker(dataDir);
  const brokers = running ? [`${HOST}:${running.port}`] : [];
  return { running: running !== null, pid: running?.pid ?? null, brokers, dataDir, logFile: `${dataDir}.log` };
}

/** One user per data directory: another could neither see the broker nor read its files. @param {string} wanted */
function locate(wanted) {
  const dataDir = path.resolve(wanted);
  const owner = machine.ownerOf(dataDir);
  if (process.getuid && owner !== undefined && owner !== process.getuid()) {
    throw new ToolError(`The data directory ${dataDir} belongs to another user (uid ${owner}).`);
  }
  return dataDir;
}

/** @param {string} dataDir @param {{ pid: number, port: number }} broker @param {boolean} started */
function describe(dataDir, { pid, port }, started) {
  return { brokers: [`${HOST}:${port}`], port, pid, started, dataDir, logFile: `${dataDir}.log` };
}

// ---- the broker -----------------------------------------------------------------------------------------------------

/** @param {string} dataDir @param {number} port @param {number} controllerPort */
async function start(dataDir, port, controllerPort) {
  const java = findJava();
  const classPath = await resolveClassPath();
  // Brokers whose starter was killed before it could write down their number.
  const nameless = () => machine.processesIn(dataDir, 'java');
  for (const pid of nameless()) machine.signal(pid, 'SIGKILL');
  await machine.until(() => nameless().length === 0, STOP_TIMEOUT_MS);
  const ports = await choosePorts(port, controllerPort);
  const logFile = `${dataDir}.log`;
  machine.trimLog(`${dataDir}.out`);
  // Paths are relative to the working directory: property files and path lists know neither commas nor all letters.
  fs.writeFileSync(path.join(dataDir, 'server.properties'), properties('log', ports));
  fs.copyFileSync(path.join(HERE, 'log4j2.properties'), path.join(dataDir, 'log4j2.properties'));
  const logging = [
    '-Dlog4j2.configurationFile=log4j2.properties',
    `-Dmeistras.log=${path.join('..', path.basename(logFile))}`,
  ];
  const options = { cwd: dataDir, env: environment() };
  const program = { java, args: [...HEAP, ...logging, '-cp', classPath], options };
  if (!fs.existsSync(path.join(dataDir, 'log', 'meta.properties'))) await format(dataDir, ports, program);
  const logStart = fs.statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const server = machine.spawnDetached({
    command: java,
    args: [...program.args, 'kafka.Kafka', 'server.properties'],
    logFile: `${dataDir}.out`,
    options,
  });
  fs.writeFileSync(path.join(dataDir, 'broker.pid'), `${server.pid}\n${ports.port}\n`);
  if (await isReady(ports.port, server.hasEnded)) return { pid: server.pid, port: ports.port };
  const log = fs.existsSync(logFile) ? fs.readFileSync(logFile).subarray(logStart).toString() : '';
  const reason = /^[\w.]*(?:Exception|Error): (.*)/m.exec(log + server.output())?.[1] ?? 'it was not ready in time';
  throw new ToolError(`Kafka did not start: ${reason} (see ${logFile}).`);
}

/** @param {number} port @param {number} controllerPort */
async function choosePorts(port, controllerPort) {
  const chosen = { port: await machine.freePort(port), controllerPort: await machine.freePort(controllerPort) };
  return chosen.port === chosen.controllerPort ? choosePorts(port, 0) : chosen;
}

/** A log directory appears under its name only when complete. */
async function format(dataDir, ports, { java, args, options }) {
  const final = path.join(dataDir, 'log');
  if (fs.existsSync(final) && fs.readdirSync(final).length > 0) {
    throw new ToolError(
      `The data directory ${final} is damaged (meta.properties is missing): restore it or delete it.`,
    );
  }
  const unfinished = path.join(dataDir, 'log.new');
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.writeFileSync(path.join(dataDir, 'format.properties'), properties('log.new', ports));
  let clusterId = '-';
  while (clusterId.startsWith('-')) clusterId = randomBytes(16).toString('base64url');
  const tool = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', 'format.properties'];
  const { code, output } = await machine.run(java, [...args, ...tool], options);
  if (code !== 0)
    throw new ToolError(`The data directory of Kafka could not be made: ${output.trim().split('\n').at(-1)}`);
  fs.rmSync(final, { recursive: true, force: true });
  fs.renameSync(unfinished, final);
}

/** @param {string} logDirectory @param {{ port: number, controllerPort: number }} ports */
function properties(logDirectory, { port, controllerPort }) {
  const values = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@${HOST}:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': logDirectory,
    'log.retention.ms': -1,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After a crash the broker is let in again only when its former session has timed out.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** The broker that is alive. @param {string} dataDir */
function readBroker(dataDir) {
  let lines;
  try {
    lines = fs.readFileSync(path.join(dataDir, 'broker.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  const [pid, port] = lines.map(Number);
  return machine.belongsTo(pid, dataDir, 'java') ? { pid, port } : null;
}

/** Waits until the broker serves clients. @param {number} port @param {() => boolean} hasEnded @returns {Promise<boolean>} */
async function isReady(port, hasEnded) {
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const retry = { retries: 0 };
  const admin = new Kafka({
    clientId: 'tools',
    brokers: [`${HOST}:${port}`],
    logLevel: logLevel.NOTHING,
    retry,
  }).admin();
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (; Date.now() < deadline && !hasEnded(); await sleep(100)) {
    if (!(await accepts(port))) continue;
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length > 0) return !hasEnded();
    } catch {
      // not yet
    } finally {
      await admin.disconnect();
    }
  }
  return false;
}

/** @param {number} port @returns {Promise<boolean>} */
function accepts(port) {
  return new Promise((resolve) => {
    const socket = net.connect({ host: HOST, port }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

// ---- Java and the jars ----------------------------------------------------------------------------------------------

function findJava() {
  const home = process.env.JAVA_HOME;
  for (const java of [...(home ? [path.join(home, 'bin', 'java')] : []), 'java']) {
    const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
    if (status === 0 && Number(/version "(\d+)/.exec(stderr)?.[1]) >= OLDEST_JAVA) return java;
  }
  throw new ToolError(`Kafka needs Java ${OLDEST_JAVA} or newer, which was found neither in JAVA_HOME nor in PATH.`);
}

/** Java reads file names in the letters of the locale. */
function environment() {
  return { ...process.env, LC_ALL: 'C.UTF-8' };
}

/** The class path for tools/kafka/pom.xml, from the last time if its jars are still there. */
async function resolveClassPath() {
  const pom = fs.readFileSync(path.join(HERE, 'pom.xml'), 'utf8');
  machine.makeWritable(CACHE);
  return machine.withLock(path.join(CACHE, 'jars.lock'), async () => {
    const cachedPom = path.join(CACHE, 'pom.xml');
    const list = path.join(CACHE, 'classpath.txt');
    if ([cachedPom, list].every((file) => fs.existsSync(file)) && fs.readFileSync(cachedPom, 'utf8') === pom) {
      const classPath = fs.readFileSync(list, 'utf8').trim();
      if (classPath.split(path.delimiter).every((jar) => fs.existsSync(jar))) return classPath;
    }
    fs.rmSync(list, { force: true });
    fs.writeFileSync(cachedPom, pom);
    await runMaven();
    return fs.readFileSync(list, 'utf8').trim();
  });
}

async function runMaven() {
  const shell = process.platform === 'win32';
  if (spawnSync('mvn', ['-version'], { env: environment(), shell }).status !== 0) {
    throw new ToolError('Kafka is brought by Maven the first time, and there is no mvn in PATH.');
  }
  const goal = ['dependency:build-classpath', '-Dmdep.outputFile=classpath.txt', '-Dmdep.includeScope=runtime'];
  const { code, output } = await machine.run('mvn', ['-B', '-q', ...goal], { cwd: CACHE, env: environment(), shell });
  if (code === 0) return;
  const reason = /\[ERROR\] +(.*?)(?: -> \[Help|$)/m.exec(output)?.[1] ?? 'it gave no reason';
  throw new ToolError(`Maven could not bring Kafka: ${reason}`);
}

await machine.commandLine(
  import.meta.url,
  { data: path.join(CACHE, 'broker'), port: 0 },
  {
    start: ensureKafka,
    stop: async ({ dataDir }) => ({ stopped: await stopKafka(dataDir) }),
    status: ({ dataDir }) => statusKafka(dataDir),
  },
);
