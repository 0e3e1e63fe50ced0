/** What postgres.mjs and kafka.mjs share: errors for people, a lock between processes, ports, logs and process facts. */
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const HOST = '127.0.0.1';
const LOG_LIMIT_BYTES = 8 * 1024 * 1024;
const LOCK_WAIT_MS = 300_000;
const LOCK_STALE_MS = 30_000;

/** A failure that a person can act on; its message is one sentence. */
export class ToolError extends Error {
  name = 'ToolError';
}

// ---- processes ------------------------------------------------------------------------------------------------------

/** @param {number} pid */
export function isAlive(pid) {
  return signal(pid, 0);
}

/** @param {number} pid @param {NodeJS.Signals | 0} name @returns {boolean} whether there was such a process */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Whether a process number still belongs to the server of that directory: numbers are used again after a crash or a restart
 * of the machine. Servers are recognised by their working directory where the system shows it, else by their command line.
 * @param {number} pid @param {string} directory @param {string} program
 */
export function belongsTo(pid, directory, program) {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !fs.existsSync(directory)) return false;
  if (process.platform === 'linux') return worksIn(pid, fs.realpathSync(directory), program);
  if (process.platform === 'win32') return true;
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'stat=,command=', '-p', String(pid)], { encoding: 'utf8' });
  return !stdout.startsWith('Z') && stdout.includes(directory);
}

/** False also for a process that has ended but was not reaped. @param {number} pid @param {string} directory @param {string} program */
function worksIn(pid, directory, program) {
  try {
    return (
      fs.readlinkSync(`/proc/${pid}/cwd`) === directory &&
      fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === program
    );
  } catch {
    return false;
  }
}

/** That program's processes at work there (Linux; elsewhere none are found). @param {string} directory @param {string} program */
export function processesIn(directory, program) {
  if (process.platform !== 'linux') return [];
  const real = fs.realpathSync(directory);
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => worksIn(pid, real, program));
}

/**
 * Starts a server that outlives this process, its output appended to a bounded log.
 * @param {{ command: string, args: string[], logFile: string, options: import('node:child_process').SpawnOptions }} what
 */
export function spawnDetached({ command, args, logFile, options }) {
  const log = fs.openSync(logFile, 'a');
  const logStart = fs.fstatSync(log).size;
  if (options.uid !== undefined) fs.fchownSync(log, options.uid, options.gid);
  const child = spawn(command, args, { detached: true, windowsHide: true, stdio: ['ignore', log, log], ...options });
  fs.closeSync(log);
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  child.unref();
  return {
    pid: child.pid ?? 0,
    hasEnded: () => ended,
    output: () => fs.readFileSync(logFile).subarray(logStart).toString(),
  };
}

/**
 * @param {string} command @param {string[]} args @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** @param {() => boolean} condition @param {number} timeoutMs @returns {Promise<boolean>} false when the time ran out */
export async function until(condition, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

// ---- users and directories ----------------------------------------------------------------------------------------

/** @typedef {{ uid?: number, gid?: number }} User */

/** @param {string} name a user name or number @returns {User | null} */
export function lookUpUser(name) {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : null;
}

/** @param {string} directory @param {User} user */
export const canEnter = (directory, user) =>
  spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...user, cwd: '/' }).status === 0;

/** @param {string} directory @returns {string} */
export const nearestExisting = (directory) =>
  fs.existsSync(directory) ? directory : nearestExisting(path.dirname(directory));

/** @param {string} file @returns {number | undefined} its owner's number, undefined if there is no such file */
export function ownerOf(file) {
  try {
    return fs.statSync(file, { throwIfNoEntry: false })?.uid;
  } catch (error) {
    throw new ToolError(`${file} cannot be reached: ${error.code}.`);
  }
}

/** Makes the directory with its parents, the new ones open to other users whatever the umask. @param {string} directory */
export function makeWritable(directory) {
  try {
    const first = fs.mkdirSync(directory, { recursive: true });
    for (let made = directory; first && made.length >= first.length; made = path.dirname(made))
      fs.chmodSync(made, 0o755);
    fs.accessSync(directory, fs.constants.W_OK);
  } catch (error) {
    throw new ToolError(`The directory ${directory} cannot be written: ${error.code}.`);
  }
}

// ---- ports and logs -------------------------------------------------------------------------------------------------

/** Ports that this process was given: their servers may not listen yet. */
const given = new Set();

/**
 * Any free port is one below 32768: from there on the system gives ports to outgoing connections, and one of these could
 * take it before its server does.
 * @param {number} port 0 for any @returns {Promise<number>} the port, free a moment ago
 */
export async function freePort(port = 0) {
  for (let attempt = 1; ; attempt += 1) {
    const tried = port === 0 ? randomInt(10_240, 32_768) : port;
    try {
      if (port === 0 && given.has(tried)) continue;
      await tryPort(tried);
      given.add(tried);
      return tried;
    } catch (error) {
      if (port === 0 && attempt < 100) continue;
      // A server that was just killed may hold its port for a moment.
      if (attempt === 5) throw new ToolError(`Port ${port} on ${HOST} cannot be used: ${reasonOf(error)}.`);
      await sleep(200);
    }
  }
}

/** @param {{ code?: string, message: string }} error */
const reasonOf = (error) => (error.code === 'EADDRINUSE' ? 'another program is using it' : error.message);

/** @param {number} port @returns {Promise<void>} */
function tryPort(port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port }, () => server.close(() => resolve()));
  });
}

/** Keeps one older part of a log that has grown; the writer appends, so it goes on at the new end. @param {string} file */
export function trimLog(file) {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat || stat.size < LOG_LIMIT_BYTES) return;
  fs.copyFileSync(file, `${file}.1`);
  fs.truncateSync(file, 0);
}

// ---- one at a time --------------------------------------------------------------------------------------------------

/**
 * Runs the work while holding a lock file that every process on this machine respects. The lock of a process that died, or
 * that has not touched it for half a minute, is taken over.
 * @template T @param {string} file @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function withLock(file, work) {
  const token = `${process.pid} ${randomBytes(8).toString('hex')}`;
  const deadline = Date.now() + LOCK_WAIT_MS;
  while (!tryLock(file, token)) {
    if (Date.now() > deadline) throw new ToolError(`Another process has been holding ${file} for five minutes.`);
    await sleep(50);
  }
  const heartbeat = setInterval(() => fs.utimes(file, new Date(), new Date(), () => {}), 2_000);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if (readLock(file)?.token === token) fs.rmSync(file, { force: true });
  }
}

/** @param {string} file @param {string} token */
function tryLock(file, token) {
  const draft = `${file}.${token.replace(' ', '.')}`;
  // A link appears with its content, so that nobody ever reads a lock that has not been written yet.
  fs.writeFileSync(draft, token);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    breakStaleLock(file, draft);
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** @param {string} file @param {string} draft a name of our own */
function breakStaleLock(file, draft) {
  const held = readLock(file);
  if (!held || (isAlive(Number.parseInt(held.token, 10)) && held.ageMs < LOCK_STALE_MS)) return;
  const aside = `${draft}.stale`;
  try {
    fs.renameSync(file, aside);
    // Someone else may have broken it and locked it anew since we looked: then it is given back.
    if (fs.readFileSync(aside, 'utf8') !== held.token) fs.linkSync(aside, file);
  } catch {
    // someone else was faster
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/** @param {string} file */
function readLock(file) {
  try {
    return { token: fs.readFileSync(file, 'utf8'), ageMs: Date.now() - fs.statSync(file).mtimeMs };
  } catch {
    return null;
  }
}

// ---- command line ---------------------------------------------------------------------------------------------------

/**
 * Runs `start|stop|status [--data DIR] [--port N]` if the module is the program that was started.
 * @param {string} moduleUrl
 * @param {{ data: string, port: number }} defaults
 * @param {Record<string, (options: { dataDir: string, port: number }) => unknown>} commands
 */
export async function commandLine(moduleUrl, defaults, commands) {
  if (!fs.existsSync(process.argv[1] ?? '') || fs.realpathSync(process.argv[1]) !== fileURLToPath(moduleUrl)) return;
  const usage = `usage: node ${path.relative('', process.argv[1])} ${Object.keys(commands).join('|')} [--data DIR] [--port N]`;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        data: { type: 'string', default: defaults.data },
        port: { type: 'string', default: String(defaults.port) },
      },
    });
    const command = commands[positionals[0] ?? ''];
    const port = Number(values.port);
    if (!command || positionals.length !== 1 || !Number.isInteger(port) || port < 0 || port > 65_535)
      throw new ToolError(usage);
    console.log(JSON.stringify(await command({ dataDir: values.data, port }), null, 2));
  } catch (error) {
    if (!(error instanceof ToolError) && !error.code?.startsWith('ERR_PARSE_ARGS')) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
