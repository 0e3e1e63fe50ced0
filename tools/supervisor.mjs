// One child process kept alive: started, watched until ready, restarted when it dies, stopped gently.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ToolError } from './processes.mjs';

const readyTimeoutMs = 60_000;
const stopTimeoutMs = 11_000;

export class SupervisedProcess {
  #child;
  #stopping = false;
  #pause = 200;
  #log;

  /** @param {{ name: string, script: string, env: NodeJS.ProcessEnv, url: string, logFile: string, nodeFlags?: string[] }} what */
  constructor(what) {
    this.what = what;
    this.#log = createWriteStream(what.logFile, { flags: 'w' });
  }

  get name() {
    return this.what.name;
  }

  get url() {
    return this.what.url;
  }

  get pid() {
    return this.#child?.pid;
  }

  start() {
    const { script, env, nodeFlags = [] } = this.what;
    // The IPC channel is never written to: its end tells the service that its supervisor is gone.
    const child = spawn(process.execPath, ['--enable-source-maps', ...nodeFlags, script], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stdout.pipe(this.#log, { end: false });
    child.stderr.pipe(this.#log, { end: false });
    child.on('exit', (code, signal) => void this.#ended(code, signal));
  }

  async #ended(code, signal) {
    if (this.#stopping) return;
    this.#log.write(`--- ended (${signal ?? code}), starting again\n`);
    await delay(this.#pause);
    this.#pause = Math.min(this.#pause * 2, 5_000);
    if (!this.#stopping) this.start();
  }

  /** Resolves when the service says that it and its dependencies work. */
  async ready() {
    for (const end = Date.now() + readyTimeoutMs; Date.now() < end; await delay(50)) {
      try {
        if ((await fetch(`${this.url}/health/ready`)).ok) {
          this.#pause = 200;
          return;
        }
      } catch {
        // Not listening yet.
      }
    }
    throw new ToolError(`The service ${this.name} did not start; its log is ${this.what.logFile}.`);
  }

  /** Starts a stopped service again. */
  restart() {
    this.#stopping = false;
    this.#log = createWriteStream(this.what.logFile, { flags: 'a' });
    this.start();
  }

  async stop() {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
    await ended;
    clearTimeout(late);
    this.#log.end();
  }
}
