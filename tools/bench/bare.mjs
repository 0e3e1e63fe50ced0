// The bare server of the read benchmarks, as a process beside what is measured.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../processes.mjs';

/**
 * Runs `work` with the address of a server that answers one row of a table by its id, and with its process id.
 * @param {{ databaseUrl: string, table: string }} what
 * @param {(url: string, pid: number) => Promise<unknown>} work
 */
export async function withBareServer({ databaseUrl, table }, work) {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATABASE_URL: databaseUrl, TABLE: table };
  const script = join(import.meta.dirname, 'bare-server.mjs');
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 2, 2] });
  const url = `http://127.0.0.1:${port}`;
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  try {
    while (!(await isReady())) await delay(50);
    return await work(url, child.pid);
  } finally {
    child.kill();
  }
}
